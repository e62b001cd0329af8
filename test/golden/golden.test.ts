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

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

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
  const file = (part: string): Promise<string> => readFile(path.join(folder, name, part), 'utf8');
  for (const body of JSON.parse(await file('input.json')) as object[]) {
    const answer = await collector.post('resourceSpans' in body ? 'traces' : 'logs', JSON.stringify(body));
    expect([answer.status, await answer.text()]).toEqual([200, '{}']);
  }
  await collector.settled();
  expect(await answers(await file('query.sql'))).toBe(await file('expected.tsv'));
});
