import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { statusOf } from '../otlp/answers.ts';
import { logBody, toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { JSON_TYPE, PROTOBUF, post, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

let target: TestReceiver;
const request = traceBody([{ name: 'one' }]);
const body = toBinary(request);

beforeAll(async () => {
  target = await startTestReceiver();
});
beforeEach(() => {
  target.submissions.length = 0;
  target.observations.length = 0;
});
afterAll(() => target.stop());

test.each([
  ['application/x-protobuf', 'protobuf', 'application/x-protobuf'],
  ['application/protobuf', 'protobuf', 'application/protobuf'],
  ['application/x-protobuf; charset=utf-8', 'protobuf', 'application/x-protobuf'],
  ['application/json', 'json', 'application/json'],
  ['application/json;charset=UTF-8', 'json', 'application/json'],
  ['Application/JSON ; charset=utf-8', 'json', 'application/json'],
])('Content-Type %s is taken as %s and answered in kind', async (contentType, encoding, answered) => {
  const sent = encoding === 'json' ? toOtlpJsonText(request) : body;
  const answer = await post(`${target.url}/v1/traces`, sent, { 'content-type': contentType });
  expect(answer.status).toBe(200);
  expect(answer.contentType).toBe(answered);
  expect(target.submissions.map((one) => one.encoding)).toEqual([encoding]);
});

test('both encodings and both signals are served on one port, the body untouched', async () => {
  const logs = logBody([{ body: 'hello' }]);
  await post(`${target.url}/v1/traces`, body, PROTOBUF);
  await post(`${target.url}/v1/logs`, toOtlpJsonText(logs), JSON_TYPE);
  await post(`${target.url}/v1/logs?source=x`, toBinary(logs), PROTOBUF);
  expect(target.submissions.map((one) => [one.signal, one.encoding, one.tenant])).toEqual([
    ['traces', 'protobuf', 'default'],
    ['logs', 'json', 'default'],
    ['logs', 'protobuf', 'default'],
  ]);
  expect(target.submissions[0]?.body).toEqual(Buffer.from(body));
  expect(Buffer.from(target.submissions[1]?.body ?? []).toString()).toBe(toOtlpJsonText(logs));
});

test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
  'Content-Type %s is refused with 415 and a reason',
  async (contentType) => {
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
    const answer = await post(`${target.url}/v1/traces`, body, headers);
    expect(answer.status).toBe(415);
    expect(answer.contentType).toBe('application/json');
    expect(answer.headers.get('accept')).toContain('application/x-protobuf');
    expect(statusOf(answer).message).toMatch(
      /^CONTENT_TYPE_UNSUPPORTED: .*send application\/x-protobuf or application\/json$/,
    );
    expect(target.submissions).toEqual([]);
  },
);

test.each([
  ['gzip', gzipSync(body)],
  ['x-gzip', gzipSync(body)],
  ['GZIP', gzipSync(body)],
  ['deflate', deflateSync(body)],
  ['deflate', deflateRawSync(body)],
  ['zstd', zstdCompressSync(body)],
  ['identity', body],
  ['', body],
])('Content-Encoding "%s" is undone', async (coding, sent) => {
  const headers = { ...PROTOBUF, 'content-encoding': coding };
  const answer = await post(`${target.url}/v1/traces`, new Uint8Array(sent), headers);
  expect(answer.status).toBe(200);
  expect(target.submissions[0]?.body).toEqual(Buffer.from(body));
  expect(target.observations).toEqual([
    { signal: 'traces', transport: 'http', encoding: 'protobuf', statusCode: 200, bytes: body.length },
  ]);
});

test.each(['br', 'gzip, gzip', 'snappy'])('Content-Encoding "%s" is refused with 415', async (coding) => {
  const answer = await post(`${target.url}/v1/traces`, body, { ...PROTOBUF, 'content-encoding': coding });
  expect(answer.status).toBe(415);
  expect(answer.contentType).toBe('application/x-protobuf');
  expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate, zstd');
  expect(statusOf(answer).message).toContain(`Content-Encoding "${coding}" is not known`);
});

test.each([
  ['gzip', 'not gzip at all', new TextEncoder().encode('hello hello hello')],
  ['gzip', 'cut off', gzipSync(body).subarray(0, -9)],
  ['gzip', 'a wrong checksum', Buffer.concat([gzipSync(body).subarray(0, -8), new Uint8Array(8)])],
  ['deflate', 'cut off', deflateSync(body).subarray(0, -6)],
  ['zstd', 'not zstd', new TextEncoder().encode('hello hello hello')],
])('corrupt %s (%s) is a 400', async (coding, _how, sent) => {
  const headers = { ...JSON_TYPE, 'content-encoding': coding };
  const answer = await post(`${target.url}/v1/traces`, new Uint8Array(sent), headers);
  expect(answer.status).toBe(400);
  expect(statusOf(answer)).toMatchObject({
    code: 3,
    message: expect.stringMatching(/^BODY_CORRUPT: the body is not valid/),
  });
  expect(target.submissions).toEqual([]);
});

test('a body of no bytes is the empty request, compressed or not', async () => {
  const plain = await post(`${target.url}/v1/traces`, '', PROTOBUF);
  const zipped = await post(`${target.url}/v1/traces`, '', { ...PROTOBUF, 'content-encoding': 'gzip' });
  expect([plain.status, zipped.status]).toEqual([200, 200]);
  expect(target.submissions.map((one) => one.body.length)).toEqual([0, 0]);
});

test('gzip of several members is one body', async () => {
  const half = Math.floor(body.length / 2);
  const members = Buffer.concat([gzipSync(body.subarray(0, half)), gzipSync(body.subarray(half))]);
  const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
  expect((await post(`${target.url}/v1/traces`, new Uint8Array(members), headers)).status).toBe(200);
  expect(target.submissions[0]?.body).toEqual(Buffer.from(body));
});
