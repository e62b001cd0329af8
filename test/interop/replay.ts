import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Collector } from '../collector-fixture.ts';

const captured = path.join(import.meta.dirname, 'captured');

/** Names of the recordings, each the folder of one emitter. Each recording has this name as its `service.name` too. */
export async function recordings(): Promise<string[]> {
  return (await readdir(captured)).sort();
}

/** Path of a file of a recording. */
export function fileOf(recording: string, file: string): string {
  return path.join(captured, recording, file);
}

/** Posts the bodies of a recording as they were sent. Throws when one of them is not taken whole. */
export async function replay(collector: Collector, recording: string): Promise<void> {
  const files = (await readdir(path.join(captured, recording))).sort();
  for (const file of files) {
    const [, signal, encoding] = /^\d+-(traces|logs)\.(pb|json)$/.exec(file) ?? [];
    if (signal !== 'traces' && signal !== 'logs') continue;
    const body = await readFile(fileOf(recording, file));
    const answer = await collector.post(signal, encoding === 'json' ? body.toString() : body);
    const said = await answer.text();
    if (answer.status !== 200 || said.includes('rejected'))
      throw new Error(`${recording}/${file}: ${answer.status} ${said}`);
  }
}

/** Answer of a query of the folder `queries` about a recording, as tab-separated text with a header. */
export async function ask(collector: Collector, query: string, recording: string): Promise<string> {
  const result = await collector.engine.client.query({
    query: await readFile(path.join(import.meta.dirname, 'queries', `${query}.sql`), 'utf8'),
    query_params: { service: recording },
    format: 'TabSeparatedWithNames',
  });
  return result.text();
}

/** The queries whose answers are committed as `expected/<query>.tsv` in each recording. */
export const EXPECTED = ['runs', 'spans', 'steps'] as const;
