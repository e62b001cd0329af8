import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppendOutcome } from '../../collector/src/receive/index.ts';
import { logsResponse, statusOf, traceResponse } from '../otlp/answers.ts';
import { toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { ALL_ACCEPTED, JSON_TYPE, PROTOBUF, post, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

let target: TestReceiver;
let outcome: () => AppendOutcome | Promise<AppendOutcome> = () => ALL_ACCEPTED;
const body = toBinary(traceBody([{}]));
const json = toOtlpJsonText(traceBody([{}]));

beforeAll(async () => {
  target = await startTestReceiver({ respond: () => outcome() });
});
afterAll(() => target.stop());

const bothEncodings = [
  ['protobuf', PROTOBUF, body],
  ['json', JSON_TYPE, json],
] as const;

function decoded(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

test('full success leaves partial_success unset: no bytes in protobuf, {} in JSON', async () => {
  outcome = () => ALL_ACCEPTED;
  for (const path of ['/v1/traces', '/v1/logs']) {
    const protobuf = await post(target.url + path, body, PROTOBUF);
    expect([protobuf.status, protobuf.body.length]).toEqual([200, 0]);
    const text = await post(target.url + path, json, JSON_TYPE);
    expect([text.status, decoded(text.body)]).toEqual([200, {}]);
  }
});

test.each(bothEncodings)('part rejected gives the exact count and the reason (%s)', async (_name, type, sent) => {
  outcome = () => ({ kind: 'accepted', accepted: 5, rejected: 300, message: '300 spans have no trace id' });
  const traces = await post(`${target.url}/v1/traces`, sent, type);
  expect(traces.status).toBe(200);
  expect(traceResponse(traces).partialSuccess).toMatchObject({
    rejectedSpans: 300n,
    errorMessage: '300 spans have no trace id',
  });
  const logs = await post(`${target.url}/v1/logs`, sent, type);
  expect(logsResponse(logs).partialSuccess).toMatchObject({ rejectedLogRecords: 300n });
});

test('JSON writes the int64 count as a string and each signal has its own field name', async () => {
  outcome = () => ({ kind: 'accepted', accepted: 0, rejected: 2, message: 'bad' });
  const traces = await post(`${target.url}/v1/traces`, json, JSON_TYPE);
  expect(decoded(traces.body)).toEqual({ partialSuccess: { rejectedSpans: '2', errorMessage: 'bad' } });
  const logs = await post(`${target.url}/v1/logs`, json, JSON_TYPE);
  expect(decoded(logs.body)).toEqual({ partialSuccess: { rejectedLogRecords: '2', errorMessage: 'bad' } });
});

test.each(bothEncodings)('a warning has the count 0 and a message (%s)', async (_name, type, sent) => {
  outcome = () => ({ kind: 'accepted', accepted: 1, rejected: 0, message: 'one span ends before it starts' });
  const answer = await post(`${target.url}/v1/traces`, sent, type);
  expect(answer.status).toBe(200);
  expect(traceResponse(answer).partialSuccess).toMatchObject({
    rejectedSpans: 0n,
    errorMessage: 'one span ends before it starts',
  });
});

test.each(bothEncodings)('bad data is a 400 with a Status and BadRequest details (%s)', async (_name, type, sent) => {
  const field = 'resourceSpans[0].scopeSpans[0]';
  outcome = () => ({ kind: 'bad_request', code: 'BODY_MALFORMED', message: 'not a message', field });
  const answer = await post(`${target.url}/v1/traces`, sent, type);
  expect([answer.status, answer.contentType]).toEqual([400, type['content-type']]);
  const status = statusOf(answer);
  expect([status.code, status.message]).toEqual([3, 'BODY_MALFORMED: not a message']);
  expect(status.badRequest?.fieldViolations).toMatchObject([{ field, description: 'not a message' }]);
});

test.each(bothEncodings)(
  'a store that is down is a 503 with Retry-After and RetryInfo (%s)',
  async (_name, type, sent) => {
    outcome = () => ({ kind: 'unavailable', message: 'the engine restarts', retryAfterSeconds: 2 });
    const answer = await post(`${target.url}/v1/traces`, sent, type);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(statusOf(answer)).toMatchObject({ code: 14, retryInfo: { retryDelay: { seconds: 2n } } });
  },
);

test.each([
  [0, '1'],
  [1.2, '2'],
  [60, '3'],
  [Number.NaN, '3'],
])('a wait of %s s is sent as %s s, which fits the clients', async (retryAfterSeconds, sent) => {
  outcome = () => ({ kind: 'unavailable', message: 'busy', retryAfterSeconds });
  expect((await post(`${target.url}/v1/traces`, body, PROTOBUF)).headers.get('retry-after')).toBe(sent);
});

test('an outcome too large is a 413', async () => {
  outcome = () => ({ kind: 'too_large', message: 'a span of 80 MiB' });
  const answer = await post(`${target.url}/v1/traces`, body, PROTOBUF);
  expect(answer.status).toBe(413);
  expect(statusOf(answer)).toMatchObject({ code: 8, message: 'BODY_TOO_LARGE: a span of 80 MiB' });
});

test('an exception is a 503, never a 500, and is logged', async () => {
  outcome = () => Promise.reject(new Error('secret detail'));
  const answer = await post(`${target.url}/v1/traces`, body, PROTOBUF);
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(3);
  expect(statusOf(answer).message).not.toContain('secret detail');
  expect(target.logged).toEqual(['a request failed unexpectedly; it was answered 503']);
});

test.each(bothEncodings)(
  'a message too long is shortened, the answer stays under 4 MiB (%s)',
  async (_name, type, sent) => {
    for (const text of ['\u0000', '\u{1f600}', 'x']) {
      outcome = () => ({ kind: 'accepted', accepted: 0, rejected: 7, message: text.repeat(5_000_000) });
      const answer = await post(`${target.url}/v1/traces`, sent, type);
      expect(answer.body.length).toBeLessThan(4 * 1024 * 1024);
      const partial = traceResponse(answer).partialSuccess;
      expect(partial?.rejectedSpans).toBe(7n);
      expect(partial?.errorMessage.endsWith('... (shortened)')).toBe(true);
      expect(partial?.errorMessage.isWellFormed()).toBe(true);
    }
  },
);

test('200 is sent only after the next stage says that the data are durable', async () => {
  const order: string[] = [];
  const durable = Promise.withResolvers<AppendOutcome>();
  const reached = Promise.withResolvers<void>();
  outcome = () => {
    reached.resolve();
    return durable.promise;
  };
  const answered = post(`${target.url}/v1/traces`, body, PROTOBUF).then(() => order.push('answered'));
  await reached.promise;
  order.push('durable');
  durable.resolve(ALL_ACCEPTED);
  await answered;
  expect(order).toEqual(['durable', 'answered']);
});
