import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';

// A case is a folder: input.json is a list of OTLP/JSON bodies, sent one after the other; query.sql asks the views, one or more
// statements; expected.tsv holds their answers, each with its header. Each case has trace and run ids of its own.
const folder = import.meta.dirname;
const files = await readdir(folder, { recursive: true });
const cases = files
  .filter((file) => path.basename(file) === 'input.json')
  .map((file) => path.dirname(file))
  .sort();

let collector: Collector;
/** By case: what the receiver said to each of its bodies. */
const received = new Map<string, unknown[]>();

// All cases are sent before any is asked for: settling once costs less than settling after each.
beforeAll(async () => {
  collector = await startCollector();
  for (const name of cases) {
    const said: unknown[] = [];
    for (const body of JSON.parse(await readCase(name, 'input.json')) as object[]) {
      const answer = await collector.post('resourceSpans' in body ? 'traces' : 'logs', JSON.stringify(body));
      said.push([answer.status, await answer.text()]);
    }
    received.set(name, said);
  }
  await collector.settled();
});
afterAll(() => collector.stop());

function readCase(name: string, part: string): Promise<string> {
  return readFile(path.join(folder, name, part), 'utf8');
}

/** Answers of a file's statements as tab-separated text, with an empty line between them. */
async function answers(sql: string): Promise<string> {
  const tables: string[] = [];
  for (const query of sql.split(/;\n/).filter((text) => text.trim() !== '')) {
    const result = await collector.engine.client.query({ query, format: 'TabSeparatedWithNames' });
    tables.push(await result.text());
  }
  return tables.join('\n');
}

test.each(cases)('%s', async (name) => {
  const said = received.get(name) ?? [];
  expect(said).toEqual(said.map(() => [200, '{}']));
  expect(said).not.toEqual([]);
  expect(await answers(await readCase(name, 'query.sql'))).toBe(await readCase(name, 'expected.tsv'));
});
