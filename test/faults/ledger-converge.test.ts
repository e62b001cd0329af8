import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { dump, type Row, type Sendable, send, VIEWS } from './ledger-dump.ts';
import { type Ids, type RandomRun, ROUNDS, randomRun, recordsOf, roundsOf } from './ledger-random-runs.ts';

const RUNS = 40;
/** The same runs each time; another number gives others. */
const SEED = 20_261_122;

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

const hex = (index: number): string => index.toString(16).padStart(4, '0');

/** Ids of the run that is told in order (`a`) and of the same run told anyhow (`b`). They sort alike. */
function idsOf(index: number, telling: 'a' | 'b'): Ids {
  const id = (part: number): string => `${telling}${hex(index)}${part}`;
  return {
    runs: [`run-${id(0)}`, `run-${id(1)}`],
    traces: [id(0).padEnd(32, '0'), id(1).padEnd(32, '0')],
  };
}

/** What the views say of each run, as sorted texts, with the ids of the telling taken out. */
async function told(telling: 'a' | 'b'): Promise<string[][]> {
  const ids = Array.from({ length: RUNS }, (_, index) => idsOf(index, telling));
  const views = await dump(
    collector,
    ids.flatMap(({ runs, traces }) => [...runs, ...traces]),
  );
  const rows = ids.map((): string[] => []);
  for (const view of VIEWS) {
    for (const row of views[view]) {
      const index = Number.parseInt(/[ab]([0-9a-f]{4})/.exec(String(row['run_id']))?.[1] ?? '', 16);
      rows[index]?.push(`${view} ${withoutIds(row, telling, index)}`);
    }
  }
  return rows.map((texts) => texts.sort());
}

/** A name made of the content differs with the ids in it. */
function withoutIds(row: Row, telling: 'a' | 'b', index: number): string {
  const byContent = (value: unknown): boolean =>
    /^[0-9a-f]{32}$/.test(String(value)) && !String(value).startsWith(`${telling}${hex(index)}`);
  return JSON.stringify(row, (key, value: unknown) =>
    key === 'content_hash' || ((key === 'event_id' || key === 'entry_id') && byContent(value)) ? 'by content' : value,
  ).replaceAll(`${telling}${hex(index)}`, hex(index));
}

test('a run comes out the same however its records arrive', async () => {
  const runs: RandomRun[] = fc.sample(randomRun, { numRuns: RUNS, seed: SEED });
  await send(collector, ...runs.flatMap((run, index) => recordsOf(run, idsOf(index, 'a'))));
  const rounds = runs.map((run, index) => roundsOf(run, idsOf(index, 'b')));
  for (let round = 0; round < ROUNDS; round++) {
    const records: Sendable[] = rounds.flatMap((ofRun) => ofRun[round] ?? []);
    // Some rounds come in two requests, some in one; between some the settling pass has time to see a part.
    const half = round % 2 === 0 ? records.length : records.length >> 1;
    await send(collector, ...records.slice(0, half));
    if (half < records.length) await send(collector, ...records.slice(half));
    if (round !== 1) await collector.settled();
  }
  const [inOrder, anyhow] = [await told('a'), await told('b')];
  for (const [index, run] of runs.entries()) {
    expect(anyhow[index], `seed ${SEED}, run ${index}: ${JSON.stringify(run)}`).toEqual(inOrder[index]);
  }
  expect(inOrder.flat().length).toBeGreaterThan(20 * RUNS);
});
