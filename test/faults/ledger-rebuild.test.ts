import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPriceBook } from '../../collector/src/price/price-book.ts';
import { rebuild } from '../../collector/src/settle/rebuild.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { randomId } from '../otlp/bodies.ts';
import { send } from './ledger-dump.ts';
import { ROUNDS, randomRun, roundsOf } from './ledger-random-runs.ts';
import { event, governed, operation } from './ledger-scenes.ts';

const RUNS = 15;
/** The same runs each time; another number gives others. */
const SEED = 20_261_122;
const TABLES = ['span_rows', 'step_rows', 'event_rows', 'run_rows', 'conflict_rows'] as const;

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
  const rounds = fc.sample(randomRun, { numRuns: RUNS, seed: SEED }).map((run, index) =>
    roundsOf(run, {
      runs: [`rebuilt-${index}-0`, `rebuilt-${index}-1`],
      traces: [`a${index}a`.padEnd(32, '0'), `a${index}b`.padEnd(32, '0')],
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await send(collector, ...rounds.flatMap((ofRun) => ofRun[round] ?? []));
    if (round !== 1) await collector.settled();
  }
  await sendConflicts();
  await collector.settled();
});
afterAll(() => collector.stop());

async function sendConflicts(): Promise<void> {
  const trace = randomId();
  // A loser that comes twice has two rows that must not come to light.
  for (const step of ['first', 'second', 'second', 'third']) {
    await send(
      collector,
      governed(
        { run: `conflict-${step}`, step },
        { trace, id: 1, attributes: { 'spanledger.input': `input of ${step}` } },
      ),
      operation('chat', { trace, id: 2, parent: 1, attributes: { 'gen_ai.input.messages': 'equal' } }, { input: 3 }),
      event(step, 0, { 'spanledger.run.id': `conflict-${step}`, 'spanledger.event.id': 'same-id' }, { body: 'a body' }),
    );
  }
}

/** All rows of a table that count, all columns but those that say when a row was written. */
async function tableRows(table: string): Promise<object[]> {
  const left =
    table === 'conflict_rows' ? 'found_at' : `is_deleted, version${table === 'run_rows' ? ', last_received_at' : ''}`;
  const rows = await collector.query<Record<string, unknown>>(`SELECT * EXCEPT (${left}) FROM ${table} FINAL`);
  for (const row of rows.filter((one) => one['source'] === 'span')) {
    // Of equal copies of a bare span any may stand: their rows have one version.
    delete row['cursor'];
    delete row['received_at'];
  }
  return rows
    .map((row) => JSON.stringify(row))
    .sort()
    .map((text) => JSON.parse(text) as object);
}

test('merging the tables to the end changes nothing', async () => {
  for (const table of TABLES) {
    const before = await tableRows(table);
    await collector.engine.client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
    expect(await tableRows(table), `seed ${SEED}, ${table}`).toEqual(before);
    expect(before.length).toBeGreaterThan(1);
  }
});

test('the derived tables are rebuilt from the ledger to the same rows', async () => {
  const before = new Map<string, object[]>();
  for (const table of TABLES) before.set(table, await tableRows(table));
  const [ledger] = await collector.query<{ records: string }>('SELECT count() AS records FROM ledger');
  const phases = new Set<string>();
  const prices = await openPriceBook(collector.engine, () => {});
  expect(await rebuild(collector.engine, prices, ({ phase }) => phases.add(phase))).toBe(Number(ledger?.records));
  expect([...phases]).toEqual(['derive', 'settle']);
  for (const table of TABLES) expect(await tableRows(table), `seed ${SEED}, ${table}`).toEqual(before.get(table));
});

test('each record hash is the SHA-256 of the canonical bytes, as ClickHouse and as Node compute it', async () => {
  const [bad] = await collector.query<{ bad: string; all: string }>(
    'SELECT countIf(SHA256(canonical) != record_hash) AS bad, count() AS all FROM ledger',
  );
  expect(bad?.bad).toBe('0');
  const rows = await collector.query<{ canonical: string; hash: string }>(
    'SELECT hex(canonical) AS canonical, lower(hex(record_hash)) AS hash FROM ledger',
  );
  expect(rows).toHaveLength(Number(bad?.all));
  for (const { canonical, hash } of rows) {
    expect(createHash('sha256').update(Buffer.from(canonical, 'hex')).digest('hex')).toBe(hash);
  }
});

test('a cursor stands in the ledger once, and each derived row names a record of it', async () => {
  const [counts] = await collector.query<object>(
    'SELECT count() AS all, uniqExact(origin, cursor) AS different FROM ledger',
  );
  expect(counts).toEqual({ ...counts, different: (counts as { all: string }).all });
  for (const table of ['span_rows', 'step_rows', 'event_rows']) {
    const strangers = `SELECT origin, cursor FROM ${table} FINAL WHERE (origin, cursor) NOT IN (SELECT origin, cursor FROM ledger)`;
    expect(await collector.query(strangers)).toEqual([]);
  }
});
