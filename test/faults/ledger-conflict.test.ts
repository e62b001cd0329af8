import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { randomId } from '../otlp/bodies.ts';
import { dump, metric, type Row, type Sendable, send } from './ledger-dump.ts';
import { BLOCKED, event, governed, operation, plain, spanIdOf } from './ledger-scenes.ts';

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

const DAY = 86_400_000;

/** Sends the first telling, then the others one by one; gives what the views say after the first and after the last. */
async function tell(
  runs: readonly string[],
  first: readonly Sendable[],
  others: readonly Sendable[],
): Promise<{ before: Record<string, Row[]>; after: Record<string, Row[]>; conflicts: number }> {
  await send(collector, ...first);
  await collector.settled();
  const before = await dump(collector, runs);
  const counted = await metric(collector, 'records_conflicting_total');
  for (const other of others) {
    await send(collector, other);
    await collector.settled();
  }
  const conflicts = (await metric(collector, 'records_conflicting_total')) - counted;
  return { before, after: await dump(collector, runs), conflicts };
}

const noted = async (trace: string): Promise<{ kept: string; other: string }[]> =>
  collector.query(
    `SELECT toString(kept_cursor) AS kept, toString(other_cursor) AS other FROM conflict_rows FINAL
    WHERE trace_id = unhex({trace:String}) AND kept_cursor < other_cursor
      AND kept_cursor IN (SELECT cursor FROM ledger) AND other_cursor IN (SELECT cursor FROM ledger)`,
    { trace },
  );

test('of a span told twice with other content the first counts, and the conflict is noted', async () => {
  const [trace, run] = [randomId(), 'plain-conflict'];
  const { before, after, conflicts } = await tell(
    [run],
    [governed({ run, step: 's' }, { trace, id: 1, end: 9 }, { input: 5, cost: 0.1 })],
    [governed({ run, step: 's' }, { trace, id: 1, end: 99, attributes: BLOCKED }, { input: 500, cost: 9 })],
  );
  expect(after).toEqual(before);
  expect(conflicts).toBe(1);
  expect(await noted(trace)).toHaveLength(1);
});

test.each([
  ['another day', (run: string) => ({ run, step: 's' }), { start: 1 - 3 * DAY, end: 9 - 3 * DAY }],
  ['another run', (run: string) => ({ run: `${run}-other`, step: 's' }), {}],
  ['another step', (run: string) => ({ run, step: 'other' }), {}],
  ['another attempt', (run: string) => ({ run, step: 's', attempt: 2 }), {}],
  [
    'another day, run and step',
    (run: string) => ({ run: `${run}-other`, step: 'x' }),
    { start: 1 - DAY, end: 9 - DAY },
  ],
])('a span told again with %s leaves no trace in the views', async (what, of, times) => {
  const [trace, run] = [randomId(), `conflict ${what}`];
  const events = [{ name: 'one' }];
  const { before, after, conflicts } = await tell(
    [run, `${run}-other`],
    [governed({ run, step: 's' }, { trace, id: 1, end: 9, more: { events } }, { input: 5 })],
    [
      governed(
        of(run),
        { trace, id: 1, end: 9, ...times, more: { events: [...events, { name: 'two' }] } },
        { input: 70 },
      ),
    ],
  );
  expect(after).toEqual(before);
  expect(after['runs']).toHaveLength(1);
  expect(after['events']).toMatchObject([{ name: 'one' }]);
  expect(conflicts).toBe(1);
  expect(await noted(trace)).toHaveLength(1);
});

test('a step that a losing span claimed is still there for the span that comes by it rightly', async () => {
  const [trace, run] = [randomId(), 'claimed'];
  const { after } = await tell(
    [run],
    [governed({ run, step: 'first' }, { trace, id: 1 })],
    [
      governed({ run, step: 'second' }, { trace, id: 1 }),
      governed({ run, step: 'second' }, { trace, id: 2 }, { input: 3 }),
    ],
  );
  expect(after['steps']).toMatchObject([
    { step_id: 'first', span_id: spanIdOf(1) },
    { step_id: 'second', span_id: spanIdOf(2), input_tokens: '3' },
  ]);
});

test('a bare span keeps its step when an outcome claims its name', async () => {
  const [trace, run] = [randomId(), 'outranked'];
  const stamp = { 'spanledger.run.id': run, 'spanledger.step.id': 's' };
  const { before, after, conflicts } = await tell(
    [run],
    [plain({ trace, id: 1, name: 'child', attributes: stamp })],
    [governed({ run, step: 's' }, { trace, id: 1 })],
  );
  expect(before['steps']).toMatchObject([{ source: 'span', span_name: 'child' }]);
  expect(after).toEqual(before);
  expect(conflicts).toBe(1);
});

test('of two outcomes of one step and attempt under different spans the first counts, and nobody lost a name', async () => {
  const [trace, run] = [randomId(), 'two-outcomes'];
  const { before, after, conflicts } = await tell(
    [run],
    [
      governed({ run, step: 's' }, { trace, id: 9 }, { input: 5 }),
      operation('chat', { trace, id: 10, parent: 9 }, { output: 4 }),
    ],
    [
      governed({ run, step: 's' }, { trace, id: 1, attributes: BLOCKED }, { input: 70, cost: 3 }),
      governed({ run, step: 's' }, { trace, id: 2, start: -DAY }, { input: 800 }),
    ],
  );
  const { span_count: _, start_time: __, duration_ms: ___, ...first } = before['runs']?.[0] ?? {};
  expect(after['steps']).toEqual(before['steps']);
  expect(after['runs']).toMatchObject([{ ...first, span_count: 4 }]);
  expect(after['audit_trail']).toEqual(before['audit_trail']);
  expect(conflicts).toBe(0);
});

test('of log records with one event id the first counts, whatever run and day the others name', async () => {
  const [trace, run] = [randomId(), 'event-conflict'];
  const id = { 'spanledger.event.id': `id-${trace}` };
  const of = (name: string): Record<string, string> => ({ 'spanledger.run.id': name, ...id });
  const { before, after, conflicts } = await tell(
    [run, `${run}-other`],
    [event('spanledger.run.started', 0, of(run))],
    [
      event('spanledger.run.started', 1, of(run)),
      event('spanledger.run.ended', 2, of(`${run}-other`)),
      event('spanledger.step.decided', 3 - DAY, { ...of(`${run}-other`), 'spanledger.step.id': 's' }),
    ],
  );
  expect(after).toEqual(before);
  expect(after['events']).toHaveLength(1);
  expect(after['steps']).toHaveLength(0);
  expect(conflicts).toBe(3);
  const rows = await collector.query<{ signal: string }>(
    'SELECT signal FROM conflict_rows FINAL WHERE event_id = {id:String}',
    { id: id['spanledger.event.id'] },
  );
  expect(rows.map((row) => row.signal)).toEqual(['log', 'log', 'log']);
});

test('of rows of one version the one written last stands, before and after a merge', async () => {
  // The settling pass corrects rows by this rule.
  await collector.engine.client.command({
    query: `CREATE TABLE last_wins (k UInt8, version UInt64, is_deleted UInt8, said UInt8)
      ENGINE = ReplacingMergeTree(version, is_deleted) ORDER BY k`,
  });
  for (let said = 1; said <= 9; said++) {
    const values = Array.from({ length: 200 }, (_, k) => `(${k}, 7, ${Number(said % 4 === 3)}, ${said})`).join();
    await collector.engine.client.command({ query: `INSERT INTO last_wins VALUES ${values}` });
    const expected = said % 4 === 3 ? [] : [{ said, rows: '200' }];
    const standing = 'SELECT said, count() AS rows FROM last_wins FINAL GROUP BY said';
    expect(await collector.query(standing)).toEqual(expected);
    if (said % 2 === 0) await collector.engine.client.command({ query: 'OPTIMIZE TABLE last_wins FINAL' });
    expect(await collector.query(standing)).toEqual(expected);
  }
  await collector.engine.client.command({ query: 'DROP TABLE last_wins' });
});
