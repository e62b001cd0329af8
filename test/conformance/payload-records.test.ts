import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { statusOf } from '../otlp/answers.ts';
import { logBody, randomId, TEST_TIME, toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { ENCODINGS, rejectsWith, send, sendRaw, spansOf } from './payload-fixture.ts';

let collector: Collector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

test.each(ENCODINGS)(
  'a span with bad ids is rejected alone, with an exact count and its reason (%s)',
  async (encoding) => {
    const traceId = randomId();
    const mark = `bad-${traceId}`;
    const said = await send(
      collector,
      traceBody([
        { traceId, name: 'good one' },
        { traceId: '00'.repeat(16), name: mark },
        { traceId, spanId: '00'.repeat(8), name: mark },
        { traceId: traceId.slice(2), name: mark },
        { traceId, spanId: '', name: mark },
        { traceId, parentSpanId: 'abcd', name: mark },
        { traceId, name: 'good two', startTimeUnixNano: TEST_TIME + 1n },
      ]),
      encoding,
    );
    expect([said.status, said.rejected]).toEqual([200, 5]);
    expect(said.message).toMatch(/trace_?id/i);
    expect(await spansOf(collector, traceId, 'name')).toEqual([{ name: 'good one' }, { name: 'good two' }]);
    expect((await rejectsWith(collector, mark)).map((one) => one.reason_code)).toEqual([
      'INVALID_PARENT_SPAN_ID',
      'INVALID_SPAN_ID',
      'INVALID_SPAN_ID',
      'INVALID_TRACE_ID',
      'INVALID_TRACE_ID',
    ]);
  },
);

test.each(ENCODINGS)(
  'full success, an empty request and empty envelopes leave partial_success unset (%s)',
  async (encoding) => {
    for (const request of [traceBody([{}]), traceBody([]), logBody([{}]), logBody([])]) {
      const said = await send(collector, request, encoding);
      expect([said.status, said.rejected, said.message]).toEqual([200, 0, '']);
    }
  },
);

test('a request that is empty altogether is fine in both encodings', async () => {
  expect((await sendRaw(collector, 'traces', new Uint8Array(), 'protobuf')).status).toBe(200);
  expect((await sendRaw(collector, 'traces', '{}', 'json')).status).toBe(200);
  expect(
    (await sendRaw(collector, 'traces', '{"resourceSpans":[{"scopeSpans":[{"spans":[]},{}]},{}]}', 'json')).status,
  ).toBe(200);
});

test('the same spans sent again, in another order, count once', async () => {
  const traceId = randomId();
  const first = { traceId, spanId: randomId(8), name: 'a' };
  const second = { traceId, spanId: randomId(8), name: 'b', startTimeUnixNano: TEST_TIME + 1n };
  await send(collector, traceBody([first, second]));
  const again = await send(collector, traceBody([second, first]));
  const alone = await send(collector, traceBody([first]));
  expect([again.status, again.rejected, alone.rejected]).toEqual([200, 0, 0]);
  expect(await spansOf(collector, traceId, 'name')).toEqual([{ name: 'a' }, { name: 'b' }]);
});

test('a span in protobuf and the same in JSON have the same content hash', async () => {
  const traceId = randomId();
  const request = traceBody([{ traceId, attributes: { text: 'é\u0000"', whole: 7, list: [1, 'x'], none: null } }]);
  await send(collector, request, 'protobuf');
  const [first] = await spansOf(collector, traceId, 'content_hash');
  await send(collector, request, 'json');
  const hashes = 'SELECT DISTINCT content_hash FROM spans WHERE trace_id = {trace:String}';
  expect(await collector.query(hashes, { trace: traceId })).toEqual([first]);
});

test.each(ENCODINGS)('children before parents, in later requests and late, give one trace (%s)', async (encoding) => {
  const traceId = randomId();
  const root = randomId(8);
  const child = randomId(8);
  const grandchild = { traceId, parentSpanId: child, name: 'grandchild', startTimeUnixNano: TEST_TIME + 2n };
  await send(collector, traceBody([grandchild]), encoding);
  const inner = { traceId, spanId: child, parentSpanId: root, name: 'child', startTimeUnixNano: TEST_TIME + 1n };
  await send(collector, traceBody([inner]), encoding);
  await send(collector, traceBody([{ traceId, spanId: root, name: 'root' }]), encoding);
  expect(await spansOf(collector, traceId, 'name, parent_span_id, run_id')).toMatchObject([
    { name: 'root', parent_span_id: '' },
    { name: 'child', parent_span_id: root },
    { name: 'grandchild', parent_span_id: child },
  ]);
  const runs = await spansOf<{ run_id: string }>(collector, traceId, 'DISTINCT run_id');
  expect(runs).toHaveLength(1);
});

const LAST = 18_446_744_073_709_551_615n;

test.each(ENCODINGS)(
  'nanoseconds are kept to the last digit, odd times are flagged and not dropped (%s)',
  async (encoding) => {
    const traceId = randomId();
    const times: [string, bigint, bigint][] = [
      ['exact', TEST_TIME, TEST_TIME + 1n],
      ['backwards', TEST_TIME + 5n, TEST_TIME],
      ['no times', 0n, 0n],
      ['no start', 0n, TEST_TIME],
      ['year 2262', 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n],
      ['beyond', LAST, LAST],
    ];
    const spans = times.map(([name, start, end]) => ({
      traceId,
      name,
      startTimeUnixNano: start,
      endTimeUnixNano: end,
    }));
    const said = await send(collector, traceBody(spans), encoding);
    expect([said.status, said.rejected]).toEqual([200, 0]);
    const columns = 'name, toString(start_time_unix_nano) AS start, toString(end_time_unix_nano) AS end, anomalies';
    const rows = await spansOf<{ name: string; start: string; end: string; anomalies: string[] }>(
      collector,
      traceId,
      columns,
    );
    const byName = new Map(rows.map((row) => [row.name, row]));
    for (const [name, start, end] of times) {
      expect(byName.get(name)).toMatchObject({ start: String(start), end: String(end) });
    }
    expect(byName.get('exact')?.anomalies).toEqual([]);
    expect(byName.get('backwards')?.anomalies).toContain('end_before_start');
    expect(byName.get('no times')?.anomalies).toEqual(['start_time_missing', 'end_time_missing']);
    expect(byName.get('no start')?.anomalies).toEqual(['start_time_missing']);
    expect(byName.get('year 2262')?.anomalies).toContain('start_in_future');
    expect(byName.get('beyond')?.anomalies).toContain('time_out_of_range');
  },
);

test.each(ENCODINGS)('a body of the other signal is detected and said so (%s)', async (encoding) => {
  const logs = logBody([{ attributes: { a: 'b' } }, { eventName: 'x' }]);
  const spans = traceBody([{ attributes: { a: 'b' } }]);
  const text = encoding === 'json';
  const toTraces = await sendRaw(collector, 'traces', text ? toOtlpJsonText(logs) : toBinary(logs), encoding);
  expect(toTraces.status).toBe(400);
  expect(statusOf(toTraces.answer).message).toMatch(/^WRONG_SIGNAL: .*log records.*\/v1\/traces/);
  const toLogs = await sendRaw(collector, 'logs', text ? toOtlpJsonText(spans) : toBinary(spans), encoding);
  expect(toLogs.status).toBe(400);
  expect(statusOf(toLogs.answer).message).toMatch(/^WRONG_SIGNAL: .*spans.*\/v1\/logs/);
});

test.each(ENCODINGS)(
  'log records without ids, and with ids of a wrong length, are events outside of any trace (%s)',
  async (encoding) => {
    const mark = randomId();
    const said = await send(
      collector,
      logBody([
        { eventName: `none-${mark}` },
        { eventName: `short-${mark}`, traceId: 'abcd', spanId: 'ab' },
        { eventName: `traced-${mark}`, traceId: mark, spanId: mark.slice(16), flags: 1 },
      ]),
      encoding,
    );
    expect([said.status, said.rejected]).toEqual([200, 0]);
    const sql = 'SELECT name, trace_id, span_id, flags FROM events WHERE endsWith(name, {mark:String}) ORDER BY name';
    expect(await collector.query(sql, { mark })).toEqual([
      { name: `none-${mark}`, trace_id: '', span_id: '', flags: 0 },
      { name: `short-${mark}`, trace_id: '', span_id: '', flags: 0 },
      { name: `traced-${mark}`, trace_id: mark, span_id: mark.slice(16), flags: 1 },
    ]);
  },
);

test('the same log record sent again counts once', async () => {
  const eventName = `twice-${randomId()}`;
  const request = logBody([{ eventName, attributes: { a: 1 } }]);
  await send(collector, request);
  await send(collector, request, 'json');
  expect(await collector.query('SELECT name FROM events WHERE name = {name:String}', { name: eventName })).toHaveLength(
    1,
  );
});
