import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { randomId, toBinary, traceBody } from '../otlp/bodies.ts';
import { dump, metric, rowsOf, send } from './ledger-dump.ts';
import { event, governed, operation, plain, stamp } from './ledger-scenes.ts';

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

test('a run may have any name', async () => {
  const names = [
    'quote \' and " and ` and \\ and \\n',
    'tab \t, line \n, return \r, form \f, NUL \0',
    'braces {runs:Array(String)} %s %00 & ? # +',
    'emoji \u{1F9FE} and line separator \u2028',
  ].map((run) => ({ run, trace: randomId() }));
  // An unstamped child and an event have to be moved to the run; a decision and an outcome meet in its step.
  await send(
    collector,
    ...names.flatMap(({ run, trace }) => [
      operation('chat', { trace, id: 2, parent: 1 }, { input: 3 }),
      event('note', 1, {}, { traceId: trace, spanId: '0000000000000002' }),
      event('spanledger.step.decided', 1, stamp({ run, step: run }), { traceId: trace, spanId: '0000000000000001' }),
    ]),
  );
  await collector.settled();
  await send(collector, ...names.map(({ run, trace }) => governed({ run, step: run }, { trace, id: 1 })));
  await collector.settled();
  for (const { run } of names) {
    const { runs, steps, events } = await dump(collector, [run]);
    expect(runs).toMatchObject([{ step_count: 1, span_count: 2, input_tokens: '3' }]);
    expect(steps).toMatchObject([{ source: 'outcome', input_tokens: '3', call_count: 1 }]);
    expect(events).toHaveLength(2);
  }
});

test('thousands of long names in one trace stop nobody', async () => {
  const many = randomId();
  const spans = Array.from({ length: 1000 }, (_, index) =>
    plain({ trace: many, id: index + 1, attributes: { 'spanledger.run.id': `many-${index}-${"'é".repeat(165)}` } }),
  );
  await send(collector, ...spans, operation('chat', { trace: many, id: 9999, parent: 8000 }, { input: 1 }));
  await collector.settled();
  const [count] = await collector.query(
    `SELECT count() AS runs, sum(input_tokens) AS tokens FROM runs WHERE startsWith(run_id, 'many-')`,
  );
  expect(count).toEqual({ runs: '1000', tokens: '1' });
});

test('a name that is no UTF-8 is named by its hash', async () => {
  const trace = randomId();
  const spans = [
    governed({ run: 'no-utf-8-run', step: 'no-utf-8-step' }, { trace, id: 1 }),
    operation('chat', { trace, id: 2, parent: 1 }, { input: 3 }),
  ];
  const body = Buffer.from(toBinary(traceBody(spans)));
  for (const name of ['no-utf-8-run', 'no-utf-8-step']) body.fill(0xff, body.indexOf(name), body.indexOf(name) + 3);
  expect((await collector.post('traces', body)).status).toBe(200);
  await collector.settled();
  const hashed = createHash('sha256').update(Buffer.from('\xff\xff\xffutf-8-run', 'latin1')).digest('hex');
  const { runs, steps } = await dump(collector, [`sha256:${hashed}`]);
  expect(runs).toMatchObject([{ step_count: 1, span_count: 2, input_tokens: '3' }]);
  expect(steps).toMatchObject([{ input_tokens: '3', call_count: 1 }]);
});

test('a chain of parents that closes is cut, not followed for ever', async () => {
  const trace = randomId();
  await send(
    collector,
    operation('chat', { trace, id: 1, parent: 3 }, { input: 1 }),
    operation('chat', { trace, id: 2, parent: 1 }, { input: 2 }),
    operation('chat', { trace, id: 3, parent: 2 }, { input: 4 }),
    operation('chat', { trace, id: 4, parent: 4 }, { input: 8 }),
  );
  await collector.settled();
  expect(await rowsOf(collector, 'runs', [trace])).toMatchObject([{ input_tokens: '15', step_count: 4 }]);
});

test('a chain of a thousand parents is settled', async () => {
  const [trace, run] = [randomId(), 'deep'];
  const spans = Array.from({ length: 1000 }, (_, index) => plain({ trace, id: index + 2, parent: index + 1 }));
  await send(collector, governed({ run, step: 's' }, { trace, id: 1 }, { input: 7 }), ...spans);
  await send(collector, operation('chat', { trace, id: 5000, parent: 1001 }, { input: 3 }));
  await collector.settled();
  expect(await rowsOf(collector, 'runs', [run])).toMatchObject([
    { input_tokens: '3', step_count: 1, span_count: 1002 },
  ]);
});

test('rows that a cut insert left behind without their record are gone after the next start, and nothing else is', async () => {
  const [trace, run] = [randomId(), 'ghost'];
  const span = governed({ run, step: 's' }, { trace, id: 1 }, { input: 7 });
  const insert = (table: string, columns: string): Promise<unknown> =>
    collector.engine.client.command({
      query: `INSERT INTO ${table} SELECT * REPLACE (${columns}) FROM ${table} FINAL WHERE run_id = 'claimed-by-ghost'`,
    });
  await send(collector, governed({ run: 'claimed-by-ghost', step: 's' }, { trace: randomId(), id: 1 }));
  await collector.settled();
  // What the ledger never had: an earlier cursor than the record that follows, in the tables alone.
  const [place] = await collector.query<{ cursor: string }>(
    'SELECT toString(max(cursor) + 4096 * 1024 * 1000) AS cursor FROM ledger',
  );
  const cursor = BigInt(place?.cursor ?? 0);
  await insert(
    'span_rows',
    `${cursor} AS cursor, ${2n ** 64n - 1n - cursor} AS version, unhex('${trace}') AS trace_id, '${run}' AS run_id, 'ghost' AS name`,
  );
  await insert(
    'step_rows',
    `${cursor} AS cursor, ${(3n << 62n) - 1n - cursor} AS version, unhex('${trace}') AS trace_id, '${run}' AS run_id, 'ghost' AS node_id`,
  );
  const before = await metric(collector, 'records_lost_total');
  await collector.stop(true);
  collector = await startCollector({ data_dir: collector.dataDirectory });
  await collector.settled();
  expect(await rowsOf(collector, 'steps', [run])).toEqual([]);
  expect(await rowsOf(collector, 'spans', [run])).toEqual([]);
  await send(collector, span);
  await collector.settled();
  expect(await rowsOf(collector, 'steps', [run])).toMatchObject([{ node_id: 'node-s', input_tokens: '7' }]);
  expect(await rowsOf(collector, 'spans', [run])).toMatchObject([{ name: 'step' }]);
  expect(await rowsOf(collector, 'runs', ['claimed-by-ghost'])).toMatchObject([{ step_count: 1 }]);
  expect(before).toBe(0);
});
