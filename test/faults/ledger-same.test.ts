import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { logBody, randomId, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { dump, metric, type Sendable, send } from './ledger-dump.ts';
import { BLOCKED, event, governed, operation } from './ledger-scenes.ts';

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

/** A run of two steps, one blocked, with calls, a decision and events: six spans and four log records. */
function scene(run: string): { spans: Sendable[]; logs: Sendable[] } {
  const trace = randomId();
  return {
    spans: [
      governed({ run, step: 'a' }, { trace, id: 1, end: 40 }),
      operation('chat', { trace, id: 2, parent: 1, end: 10 }, { input: 100, output: 20, cost: 0.1 }),
      operation('execute_tool', { trace, id: 3, parent: 1, end: 20 }),
      operation(
        'chat',
        { trace, id: 4, parent: 1, end: 30, more: { events: [{ name: 'token' }] } },
        { input: 7, cost: 0.2 },
      ),
      governed({ run, step: 'b' }, { trace, id: 5, attributes: BLOCKED }),
      operation('chat', { trace, id: 6 }, { input: 5, output: 5 }),
    ],
    logs: [
      event('spanledger.run.started', 0, { 'spanledger.run.id': run, 'spanledger.event.id': `${run}-start` }),
      event('spanledger.step.decided', 5, { 'spanledger.run.id': run, 'spanledger.step.id': 'b' }),
      event('custom', 6, {}, { traceId: trace, spanId: '0000000000000002' }),
      event('spanledger.run.ended', 50, { 'spanledger.run.id': run, 'spanledger.run.status': 'completed' }),
    ],
  };
}

const records = async (run: string): Promise<number> => {
  const [row] = await collector.query<{ count: string }>(
    `SELECT count() AS count FROM ledger
    WHERE (origin, cursor) IN (SELECT origin, cursor FROM ledger WHERE position(canonical, {run:String}) > 0)`,
    { run },
  );
  return Number(row?.count);
};

test('what is sent once counts once', async () => {
  const { spans, logs } = scene('run-once');
  await send(collector, ...spans, ...logs);
  await collector.settled();
  const { steps, runs, node_latency, audit_trail, policy_violations, events } = await dump(collector, ['run-once']);
  expect(runs).toMatchObject([
    {
      step_count: 3,
      span_count: 6,
      input_tokens: '112',
      output_tokens: '25',
      total_cost_usd: 0.3,
      status: 'completed',
    },
  ]);
  expect(steps).toMatchObject([
    { step_id: '0000000000000006', governed: false, tokens_used: '10' },
    { step_id: 'a', tokens_used: '127', cost_usd: 0.3, call_count: 3 },
    { step_id: 'b', status: 'blocked', tokens_used: null },
  ]);
  expect(audit_trail).toHaveLength(3);
  expect(policy_violations).toMatchObject([{ step_id: 'b', rule_name: 'no-publish' }]);
  expect(node_latency).toMatchObject([
    { node_id: 'chat m-1', count: '1' },
    { node_id: 'node-a', count: '1', p50_ms: 39 },
  ]);
  expect(events.map((row) => row['name']).sort()).toEqual([
    'custom',
    'spanledger.run.ended',
    'spanledger.run.started',
    'spanledger.step.decided',
    'token',
  ]);
});

test('the same content again counts once everywhere, whatever its grouping, order and encoding', async () => {
  const { spans, logs } = scene('run-again');
  await send(collector, ...spans, ...logs);
  await collector.settled();
  const before = await dump(collector, ['run-again']);
  const [duplicates, kept] = [await metric(collector, 'records_duplicate_total'), await records('run-again')];
  const tellings: (() => Promise<unknown>)[] = [
    () => send(collector, ...spans, ...logs),
    () => send(collector, ...spans.toReversed(), ...logs.toReversed()),
    async () => {
      for (const one of [...spans, ...logs].toReversed()) await send(collector, one);
    },
    async () => {
      await collector.post('traces', toOtlpJsonText(traceBody(spans as never)));
      await collector.post('logs', toOtlpJsonText(logBody(logs as never)));
    },
    // The same span twice in one request.
    () => send(collector, ...spans, ...spans, ...logs),
  ];
  for (const tell of tellings) {
    await tell();
    await collector.settled();
    expect(await dump(collector, ['run-again'])).toEqual(before);
  }
  expect((await metric(collector, 'records_duplicate_total')) - duplicates).toBe(5 * 10 + 6);
  expect(await records('run-again')).toBe(kept * 6 + 2);
  expect(await collector.query('SELECT * FROM conflict_rows')).toEqual([]);
});

test('the same content again after a restart counts once', async () => {
  const { spans, logs } = scene('run-restart');
  await send(collector, ...spans, ...logs);
  await collector.settled();
  const before = await dump(collector, ['run-once', 'run-again', 'run-restart']);
  await collector.stop(true);
  collector = await startCollector({ data_dir: collector.dataDirectory });
  await send(collector, ...spans, ...logs);
  await collector.settled();
  expect(await dump(collector, ['run-once', 'run-again', 'run-restart'])).toEqual(before);
  expect(await metric(collector, 'records_duplicate_total')).toBe(10);
});

test('a record without any time counts once when it comes again on another day', async () => {
  const [run, trace] = ['run-timeless', randomId()];
  const timeless = { startTimeUnixNano: 0n, endTimeUnixNano: 0n };
  const records = [
    governed({ run, step: 's' }, { trace, id: 1, more: { ...timeless, events: [{ name: 'e' }] } }),
    event('custom', 0, { 'spanledger.run.id': run }, { timeUnixNano: 0n, observedTimeUnixNano: 0n }),
  ];
  await send(collector, ...records);
  await collector.settled();
  const before = await dump(collector, [run]);
  // The collector runs in this process and takes a record's day from its clock.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
  try {
    await send(collector, ...records);
  } finally {
    vi.useRealTimers();
  }
  await collector.settled();
  const days = await collector.query('SELECT DISTINCT event_date FROM span_rows WHERE run_id = {run:String}', { run });
  expect(days).toHaveLength(2);
  expect(await dump(collector, [run])).toEqual(before);
});
