import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import type { BilledRequest, Tokens } from './provider/bill.ts';
import { ask, EXPECTED, fileOf, recordings, replay } from './replay.ts';

// Each recording is what one emitter really sent. The rows that come of it are expected in full, and the tokens that count add up to
// what the provider billed. README.md says how to make recordings and expected rows again.

/** Where an emitter says other tokens than were billed: by how much (recorded minus billed), and why. */
interface KnownGap {
  readonly tokens: Partial<Tokens>;
  readonly reason: string;
}

const KINDS = ['input', 'output', 'cache_read', 'cache_write', 'reasoning'] as const;
const names = await recordings();
let collector: Collector;

beforeAll(async () => {
  collector = await startCollector();
  for (const recording of names) await replay(collector, recording);
  await collector.settled();
}, 180_000);
afterAll(() => collector.stop());

const read = async <T>(recording: string, file: string): Promise<T> =>
  JSON.parse(await readFile(fileOf(recording, file), 'utf8')) as T;

async function knownGaps(recording: string): Promise<KnownGap[]> {
  return existsSync(fileOf(recording, 'known-gaps.json')) ? read(recording, 'known-gaps.json') : [];
}

/** Rows of a table as records of text. */
function rowsOf(table: string): Record<string, string>[] {
  const [header = [], ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

describe.each(names)('%s', (recording) => {
  test.each(EXPECTED)('rows of %s', async (query) => {
    expect(await ask(collector, query, recording)).toBe(
      await readFile(fileOf(recording, `expected/${query}.tsv`), 'utf8'),
    );
  });

  test('tokens that count are those that were billed', async () => {
    const bill = await read<BilledRequest[]>(recording, 'billed.json');
    const gaps = await knownGaps(recording);
    const expected = Object.fromEntries(
      KINDS.map((kind) => [kind, [...bill, ...gaps].reduce((sum, { tokens }) => sum + (tokens[kind] ?? 0), 0)]),
    );
    const [totals = {}] = rowsOf(await ask(collector, 'totals', recording));
    const recorded = Object.fromEntries(KINDS.map((kind) => [kind, Number(totals[kind]?.replace('\\N', '0'))]));
    expect(recorded).toEqual(expected);
    expect([totals['run_input'], totals['run_output']].map(Number)).toEqual([expected['input'], expected['output']]);
  });

  test('no content is kept in clear', async () => {
    expect(rowsOf(await ask(collector, 'in-clear', recording))).toEqual([]);
  });
});
