import { Client, credentials, Metadata as Headers, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { credentialOf } from '../../collector/src/keys/credential.ts';
import type { AppendOutcome } from '../../collector/src/receive/index.ts';
import { type DecodedStatus, logsResponse, statusOf, traceResponse } from '../otlp/answers.ts';
import { logBody, toBinary, traceBody } from '../otlp/bodies.ts';
import { ALL_ACCEPTED, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const GZIP = 2;
const body = toBinary(traceBody([{ name: 'one' }]));

let target: TestReceiver;
let client: Client;
let zipping: Client;
let outcome: () => AppendOutcome | Promise<AppendOutcome>;

beforeAll(async () => {
  target = await startTestReceiver({
    respond: () => outcome(),
    limits: { bodyBytes: 100_000, inFlightBytes: 50_000 },
    authenticate: (headers) => {
      const key = credentialOf(headers);
      if (key === 'wrong') return { kind: 'unauthorized' };
      return key === 'reader' ? { kind: 'forbidden' } : { kind: 'tenant', tenant: key ?? 'default' };
    },
  });
  const address = `127.0.0.1:${target.grpcPort}`;
  client = new Client(address, credentials.createInsecure());
  zipping = new Client(address, credentials.createInsecure(), { 'grpc.default_compression_algorithm': GZIP });
});
beforeEach(() => {
  outcome = () => ALL_ACCEPTED;
  target.submissions.length = 0;
  target.observations.length = 0;
});
afterAll(async () => {
  client.close();
  zipping.close();
  await target.stop();
});

interface GrpcAnswer {
  readonly code: number;
  readonly details: string;
  readonly status: DecodedStatus | undefined;
  readonly body: Uint8Array;
}

function call(
  path: string,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
  by: Client = client,
): Promise<GrpcAnswer> {
  const metadata = new Headers();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const same = (value: Buffer): Buffer => value;
  return new Promise((resolve) => {
    by.makeUnaryRequest(
      path,
      same,
      same,
      Buffer.from(bytes),
      metadata,
      (error: ServiceError | null, answer?: Buffer) => {
        resolve(
          error === null
            ? { code: 0, details: '', status: undefined, body: answer ?? new Uint8Array() }
            : failed(error),
        );
      },
    );
  });
}

function failed(error: ServiceError): GrpcAnswer {
  const [bytes] = (error.metadata as Metadata).get('grpc-status-details-bin');
  const status = bytes === undefined ? undefined : statusOf({ contentType: null, body: bytes as Buffer });
  return { code: error.code, details: error.details, status, body: new Uint8Array() };
}

test('traces and logs pass with their bytes untouched and an empty answer', async () => {
  const logs = toBinary(logBody([{}]));
  expect(await call(TRACES, body)).toMatchObject({ code: 0, body: Buffer.alloc(0) });
  expect((await call(LOGS, logs, { 'x-api-key': 'acme' })).code).toBe(0);
  expect(target.submissions).toEqual([
    { signal: 'traces', encoding: 'protobuf', body: Buffer.from(body), tenant: 'default' },
    { signal: 'logs', encoding: 'protobuf', body: Buffer.from(logs), tenant: 'acme' },
  ]);
  expect(target.observations[0]).toEqual({
    signal: 'traces',
    transport: 'grpc',
    encoding: 'protobuf',
    statusCode: 0,
    bytes: body.length,
  });
});

test('gzip is undone', async () => {
  expect((await call(TRACES, body, {}, zipping)).code).toBe(0);
  expect(target.submissions[0]?.body).toEqual(Buffer.from(body));
});

test('an empty request is fine', async () => {
  expect((await call(TRACES, new Uint8Array())).code).toBe(0);
});

test('partial success comes as the response message', async () => {
  outcome = () => ({ kind: 'accepted', accepted: 1, rejected: 2, message: 'two are bad' });
  const traces = traceResponse({ contentType: null, body: (await call(TRACES, body)).body });
  expect(traces.partialSuccess).toMatchObject({ rejectedSpans: 2n, errorMessage: 'two are bad' });
  const logs = logsResponse({ contentType: null, body: (await call(LOGS, body)).body });
  expect(logs.partialSuccess).toMatchObject({ rejectedLogRecords: 2n });
});

test('bad data is INVALID_ARGUMENT with BadRequest', async () => {
  outcome = () => ({ kind: 'bad_request', code: 'BODY_MALFORMED', message: 'no message', field: 'resourceSpans' });
  const answer = await call(TRACES, body);
  expect([answer.code, answer.details]).toEqual([3, 'BODY_MALFORMED: no message']);
  expect(answer.status?.badRequest?.fieldViolations).toMatchObject([{ field: 'resourceSpans' }]);
  expect(answer.status?.retryInfo).toBeUndefined();
});

test('a store that is down is UNAVAILABLE with RetryInfo', async () => {
  outcome = () => ({ kind: 'unavailable', message: 'the engine restarts', retryAfterSeconds: 2 });
  const answer = await call(TRACES, body);
  expect([answer.code, answer.status?.code]).toEqual([14, 14]);
  expect(answer.status?.retryInfo?.retryDelay?.seconds).toBe(2n);
});

test('an exception is UNAVAILABLE and logged, so that the client sends again', async () => {
  outcome = () => Promise.reject(new Error('secret detail'));
  const answer = await call(TRACES, body);
  expect([answer.code, answer.details.includes('secret')]).toEqual([14, false]);
  expect(target.logged).toHaveLength(1);
});

test('too much in flight is UNAVAILABLE with RetryInfo', async () => {
  const answer = await call(TRACES, new Uint8Array(50_001));
  expect([answer.code, answer.details]).toEqual([14, 'OVERLOADED: too many bytes are in flight; send again']);
  expect(answer.status?.retryInfo).toBeDefined();
  expect(target.receiver.inFlightBytes()).toBe(0);
});

test.each([
  ['as sent', () => client],
  ['after decompression', () => zipping],
])('a message over the limit %s is RESOURCE_EXHAUSTED without RetryInfo: never sent again', async (_where, by) => {
  const answer = await call(TRACES, new Uint8Array(100_001), {}, by());
  expect([answer.code, answer.status?.retryInfo]).toEqual([8, undefined]);
  expect(target.submissions).toEqual([]);
});

test('keys: UNAUTHENTICATED and PERMISSION_DENIED', async () => {
  expect((await call(TRACES, body, { authorization: 'Bearer wrong' })).code).toBe(16);
  expect((await call(TRACES, body, { authorization: 'Bearer reader' })).code).toBe(7);
  expect(target.submissions).toEqual([]);
});

test('a call without a valid key is refused before its message is read', async () => {
  const answer = await call(TRACES, new Uint8Array(100_001), { authorization: 'Bearer wrong' });
  expect(answer.code).toBe(16);
  expect(target.observations).toMatchObject([{ signal: 'traces', transport: 'grpc', statusCode: 16, bytes: 0 }]);
});

test('metrics and unknown services are UNIMPLEMENTED', async () => {
  const metrics = await call(METRICS, body);
  expect(metrics.code).toBe(12);
  expect(metrics.details).toContain('OTEL_METRICS_EXPORTER=none');
  expect((await call('/some.Other/Call', body)).code).toBe(12);
});

test('a reason too long for a header is shortened', async () => {
  outcome = () => ({
    kind: 'bad_request',
    code: 'BODY_MALFORMED',
    message: 'x'.repeat(1_000_000),
    field: 'y'.repeat(9999),
  });
  const answer = await call(TRACES, body);
  expect(answer.code).toBe(3);
  expect(answer.details).toMatch(/^BODY_MALFORMED: x+\.\.\. \(shortened\)$/);
});
