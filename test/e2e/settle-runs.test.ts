import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Row, rowsOf, type Sendable, send } from '../faults/ledger-dump.ts';
import { event, governed, operation, plain } from '../faults/ledger-scenes.ts';
import { randomId } from '../otlp/bodies.ts';

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

async function tell(...records: Sendable[]): Promise<void> {
  await send(collector, ...records);
  await collector.settled();
}

async function runOf(run: string): Promise<Row | undefined> {
  const rows = await rowsOf(collector, 'runs', [run]);
  expect(rows.length).toBeLessThan(2);
  return rows[0];
}

const runEvent = (run: string, name: string, time: number, status?: string): Sendable =>
  event(`spanledger.run.${name}`, time, {
    'spanledger.run.id': run,
    'gen_ai.workflow.name': 'test-wf',
    ...(status === undefined ? {} : { 'spanledger.run.status': status }),
  });

test('a run ends by the event that says so, with the status that it says', async () => {
  for (const status of ['completed', 'failed', 'cancelled']) {
    const run = `ended-${status}`;
    await tell(runEvent(run, 'started', 0), governed({ run, step: 's' }, { trace: randomId(), id: 1, parent: 9 }));
    expect(await runOf(run)).toMatchObject({ status: 'running', ended: false, workflow_name: 'test-wf' });
    await tell(runEvent(run, 'ended', 10, status));
    expect(await runOf(run)).toMatchObject({ status, ended: true, end_inferred: false, duration_ms: 10 });
  }
});

test('a run without events ends when its root arrives, by the status of the root, and a later span opens it again', async () => {
  const trace = randomId();
  await tell(operation('chat', { trace, id: 2, parent: 1, start: 2, end: 5 }));
  expect(await runOf(trace)).toMatchObject({ status: 'running' });
  await tell(plain({ trace, id: 1, start: 0, end: 10, more: { status: { code: 2 } } }));
  expect(await runOf(trace)).toMatchObject({ status: 'failed', end_inferred: false });
  // Late, but within the root.
  await tell(operation('chat', { trace, id: 3, parent: 1, start: 6, end: 8 }));
  expect(await runOf(trace)).toMatchObject({ status: 'failed', span_count: 3 });
  await tell(plain({ trace, id: 4, parent: 1, start: 20, end: 30 }));
  expect(await runOf(trace)).toMatchObject({ status: 'running', span_count: 4, duration_ms: 30 });
  await tell(plain({ trace, id: 5, start: 15, end: 40 }));
  expect(await runOf(trace)).toMatchObject({ status: 'completed' });
});

test('a run pauses, goes on and ends', async () => {
  const [run, trace] = ['pausing', randomId()];
  const paused = { 'spanledger.verdict': 'escalate', 'spanledger.status': 'paused' };
  await tell(
    runEvent(run, 'started', 0),
    plain({ trace, id: 1, start: 0, end: 10, attributes: { 'spanledger.run.id': run } }),
    governed({ run, step: 's' }, { trace, id: 2, parent: 1, start: 5, end: 9, attributes: paused }),
    runEvent(run, 'paused', 9),
  );
  expect(await runOf(run)).toMatchObject({ status: 'paused', ended: false });
  await tell(runEvent(run, 'resumed', 1000));
  expect(await runOf(run)).toMatchObject({ status: 'running' });
  const second = randomId();
  await tell(governed({ run, step: 's', attempt: 2 }, { trace: second, id: 4, parent: 3, start: 1001, end: 1009 }));
  expect(await runOf(run)).toMatchObject({ status: 'running', step_count: 2 });
  await tell(plain({ trace: second, id: 3, start: 1000, end: 1010, attributes: { 'spanledger.run.id': run } }));
  expect(await runOf(run)).toMatchObject({ status: 'completed', step_count: 2 });
});

test('a paused step without an event pauses its run', async () => {
  const [run, trace] = ['pausing-step', randomId()];
  const attributes = { 'spanledger.verdict': 'escalate', 'spanledger.status': 'paused' };
  await tell(governed({ run, step: 's' }, { trace, id: 1, attributes }));
  expect(await runOf(run)).toMatchObject({ status: 'paused' });
});

test('a decided step without an outcome runs while its run does, is lost when it ends, and comes back with its outcome', async () => {
  const [run, trace] = ['losing', randomId()];
  const statusOf = async (): Promise<unknown> => (await rowsOf(collector, 'steps', [run])).map((row) => row['status']);
  const decided = event('spanledger.step.decided', 1, { 'spanledger.run.id': run, 'spanledger.step.id': 's' });
  await tell(runEvent(run, 'started', 0), decided);
  expect(await statusOf()).toEqual(['running']);
  expect(await runOf(run)).toMatchObject({ status: 'running', open_steps: 1 });
  await tell(runEvent(run, 'ended', 10));
  expect(await statusOf()).toEqual(['lost']);
  await tell(governed({ run, step: 's' }, { trace, id: 1 }));
  expect(await statusOf()).toEqual(['completed']);
  expect(await runOf(run)).toMatchObject({ status: 'completed', open_steps: 0, step_count: 1 });
});

test('spans and events without a run follow their trace when its run becomes known, also when it changes', async () => {
  const trace = randomId();
  await tell(
    operation('chat', { trace, id: 3, parent: 2, start: 5 }, { input: 4 }),
    event('note', 5, {}, { traceId: trace, spanId: '0000000000000003' }),
  );
  expect(await runOf(trace)).toMatchObject({ span_count: 1, input_tokens: '4' });
  await tell(plain({ trace, id: 7, parent: 8, start: 4, attributes: { 'spanledger.run.id': 'follow-late' } }));
  expect(await runOf(trace)).toBeUndefined();
  expect(await runOf('follow-late')).toMatchObject({ span_count: 2, input_tokens: '4' });
  // The span that started first names the run of the others.
  await tell(plain({ trace, id: 6, parent: 8, start: 1, attributes: { 'spanledger.run.id': 'follow-early' } }));
  expect(await runOf('follow-late')).toMatchObject({ span_count: 1, input_tokens: '0', step_count: 0 });
  expect(await runOf('follow-early')).toMatchObject({ span_count: 2, input_tokens: '4', step_count: 1 });
  // The parent tells for sure.
  await tell(plain({ trace, id: 2, parent: 7, start: 4 }));
  expect(await runOf('follow-early')).toMatchObject({ span_count: 1, input_tokens: '0', step_count: 0 });
  expect(await runOf('follow-late')).toMatchObject({ span_count: 3, input_tokens: '4', step_count: 1 });
  expect(await rowsOf(collector, 'events', ['follow-late', 'follow-early', trace])).toMatchObject([
    { run_id: 'follow-late', name: 'note' },
  ]);
});

/** Milliseconds after the scenes' noon of so many seconds after 1970. */
const seconds = (time: number): { timeUnixNano: bigint; observedTimeUnixNano: bigint } => ({
  timeUnixNano: BigInt(time * 1000) * 1_000_000n,
  observedTimeUnixNano: BigInt(time * 1000) * 1_000_000n,
});

test.each(['completed', 'failed'])('two steps between start and end make a summary (%s)', async (status) => {
  const [run, trace] = [`case-20-${status}`, randomId()];
  const attributes = { 'spanledger.run.id': run, 'gen_ai.workflow.name': 'test-wf' };
  const step = (id: number, input: number, cost: number): Sendable =>
    governed({ run, step: `s${id}` }, { trace, id, parent: 9, more: spanTimes(1000 + id, 1001 + id) }, { input, cost });
  await tell(
    event('spanledger.run.ended', 0, { ...attributes, 'spanledger.run.status': status }, seconds(1005)),
    step(1, 500, 0.01),
    step(2, 300, 0.005),
    event('spanledger.run.started', 0, attributes, seconds(1000)),
  );
  expect(await rowsOf(collector, 'workflow_summary', [run])).toMatchObject([
    {
      workflow_name: 'test-wf',
      status,
      step_count: 2,
      node_count: 2,
      total_tokens: '800',
      total_cost_usd: 0.015,
      duration_ms: 5000,
    },
  ]);
});

test('the timeline has start, step start, step end and end in order, with the time since the start', async () => {
  const [run, trace] = ['case-17', randomId()];
  const attributes = { 'spanledger.run.id': run };
  await tell(
    event('spanledger.run.ended', 0, attributes, seconds(1003)),
    governed({ run, step: 's' }, { trace, id: 1, parent: 9, more: spanTimes(1001, 1002.5) }),
    event('spanledger.step.decided', 0, { ...attributes, 'spanledger.step.id': 's' }, seconds(1001)),
    event('spanledger.run.started', 0, attributes, seconds(1000)),
  );
  const rows = await collector.query(
    `SELECT name, elapsed_ms FROM timeline WHERE run_id = {run:String} ORDER BY time, entry_id`,
    { run },
  );
  expect(rows).toEqual([
    { name: 'spanledger.run.started', elapsed_ms: 0 },
    { name: 'spanledger.step.decided', elapsed_ms: 1000 },
    { name: 'spanledger.step.completed', elapsed_ms: 2500 },
    { name: 'spanledger.run.ended', elapsed_ms: 3000 },
  ]);
});

function spanTimes(start: number, end: number): { startTimeUnixNano: bigint; endTimeUnixNano: bigint } {
  return {
    startTimeUnixNano: BigInt(start * 1000) * 1_000_000n,
    endTimeUnixNano: BigInt(end * 1000) * 1_000_000n,
  };
}

test('a run that falls silent counts as ended until something arrives again', async () => {
  // Last, since it changes what silence is for the views of the whole collector.
  const run = 'silent';
  await collector.engine.client.insert({
    table: 'settings',
    format: 'JSONEachRow',
    values: [{ name: 'run_idle_seconds', value: '1' }],
  });
  await tell(governed({ run, step: 's' }, { trace: randomId(), id: 1, parent: 9 }));
  await expect.poll(() => runOf(run), { timeout: 10_000 }).toMatchObject({ status: 'completed', end_inferred: true });
  await collector.engine.client.insert({
    table: 'settings',
    format: 'JSONEachRow',
    values: [{ name: 'run_idle_seconds', value: '900' }],
  });
  expect(await runOf(run)).toMatchObject({ status: 'running', end_inferred: false });
});
