import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { AppendOutcome } from '../../collector/src/receive/index.ts';
import { statusOf } from '../otlp/answers.ts';
import { ALL_ACCEPTED, JSON_TYPE, PROTOBUF, post, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

const MIB = 1024 * 1024;
const started: TestReceiver[] = [];

async function start(options: Parameters<typeof startTestReceiver>[0]): Promise<TestReceiver> {
  const target = await startTestReceiver(options);
  started.push(target);
  return target;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((target) => target.stop()));
});

/** A connection of its own, to send what no proper client sends. */
async function rawConnection(target: TestReceiver): Promise<Socket> {
  const socket = connect(target.receiver.httpPort, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function head(...lines: string[]): string {
  return ['POST /v1/traces HTTP/1.1', 'host: localhost', 'content-type: application/x-protobuf', ...lines, '', ''].join(
    '\r\n',
  );
}

async function received(target: TestReceiver, bytes: number): Promise<void> {
  await expect.poll(() => target.receiver.inFlightBytes(), { interval: 5 }).toBe(bytes);
}

test('the default limit is 64 MiB: that much passes, one byte more is a 413', async () => {
  const target = await start({});
  expect((await post(`${target.url}/v1/traces`, new Uint8Array(64 * MIB), PROTOBUF)).status).toBe(200);
  const over = await post(`${target.url}/v1/traces`, new Uint8Array(64 * MIB + 1), PROTOBUF);
  expect(over.status).toBe(413);
  expect(statusOf(over)).toMatchObject({ code: 8, message: expect.stringContaining('over 67108864 bytes as sent') });
});

test('the limit is configurable and counts the decompressed size too', async () => {
  const target = await start({ limits: { bodyBytes: 1000 } });
  const zip = (bytes: number) => new Uint8Array(gzipSync(new Uint8Array(bytes)));
  const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  expect((await post(`${target.url}/v1/logs`, zip(1000), headers)).status).toBe(200);
  const over = await post(`${target.url}/v1/logs`, zip(1001), headers);
  expect(over.status).toBe(413);
  expect(statusOf(over).message).toContain('over 1000 bytes after decompression');
});

test('a gzip bomb is stopped soon after the limit: 256 MiB behind 255 KiB take 1 MiB of memory', async () => {
  const target = await start({ limits: { bodyBytes: MIB } });
  const bomb = new Uint8Array(gzipSync(new Uint8Array(256 * MIB)));
  expect(bomb.length).toBeLessThan(MIB);
  const answer = await post(`${target.url}/v1/traces`, bomb, { ...PROTOBUF, 'content-encoding': 'gzip' });
  expect(answer.status).toBe(413);
  expect(target.receiver.peakInFlightBytes()).toBeLessThanOrEqual(bomb.length + MIB);
  expect(target.receiver.inFlightBytes()).toBe(0);
});

test('a Content-Length over the limit is refused before anything is read', async () => {
  const target = await start({ limits: { bodyBytes: 1000 } });
  const socket = await rawConnection(target);
  socket.write(head('content-length: 5000000000'));
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  expect(target.receiver.peakInFlightBytes()).toBe(0);
  socket.destroy();
});

test('a chunked body without length is counted as it arrives', async () => {
  const target = await start({ limits: { bodyBytes: 1000 } });
  const socket = await rawConnection(target);
  socket.write(`${head('transfer-encoding: chunked')}400\r\n${'x'.repeat(1024)}\r\n`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  expect(target.receiver.inFlightBytes()).toBe(0);
  socket.destroy();
});

test('both Content-Length and Transfer-Encoding are refused: no request can be smuggled', async () => {
  const target = await start({});
  const socket = await rawConnection(target);
  socket.write(`${head('content-length: 3', 'transfer-encoding: chunked')}0\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  expect(target.submissions).toEqual([]);
});

test('a client that is still sending reads the 413', async () => {
  const target = await start({ limits: { bodyBytes: 1000 } });
  for (let i = 0; i < 5; i++) {
    const answer = await post(`${target.url}/v1/traces`, new Uint8Array(8 * MIB), PROTOBUF);
    expect(answer.status).toBe(413);
  }
});

test('beyond the byte budget requests get 503 with Retry-After 1-3, and pass once it is free again', async () => {
  const held = Promise.withResolvers<AppendOutcome>();
  const target = await start({ limits: { inFlightBytes: 1500 }, respond: () => held.promise });
  const first = post(`${target.url}/v1/traces`, new Uint8Array(1000), PROTOBUF);
  await received(target, 1000);
  const second = await post(`${target.url}/v1/traces`, new Uint8Array(1000), PROTOBUF);
  expect(second.status).toBe(503);
  expect(['1', '2', '3']).toContain(second.headers.get('retry-after'));
  expect(statusOf(second).message).toMatch(/^OVERLOADED/);
  held.resolve(ALL_ACCEPTED);
  expect((await first).status).toBe(200);
  expect((await post(`${target.url}/v1/traces`, new Uint8Array(1000), PROTOBUF)).status).toBe(200);
});

test('what inflates counts against the budget too', async () => {
  const target = await start({ limits: { inFlightBytes: MIB } });
  const bomb = new Uint8Array(gzipSync(new Uint8Array(32 * MIB)));
  const answer = await post(`${target.url}/v1/traces`, bomb, { ...PROTOBUF, 'content-encoding': 'gzip' });
  expect(answer.status).toBe(503);
  expect(target.receiver.peakInFlightBytes()).toBeLessThanOrEqual(MIB);
  expect(target.receiver.inFlightBytes()).toBe(0);
});

test('an upload that breaks off leaves nothing behind', async () => {
  const target = await start({});
  const socket = await rawConnection(target);
  socket.write(`${head('content-length: 1000')}${'x'.repeat(500)}`);
  await received(target, 500);
  socket.destroy();
  await received(target, 0);
  expect([target.submissions, target.observations, target.logged]).toEqual([[], [], []]);
});

test('an upload that stalls is cut off, a slow one is not', async () => {
  const target = await start({ limits: { uploadIdleMilliseconds: 250 } });
  const stalled = await rawConnection(target);
  stalled.write(`${head('content-length: 1000')}x`);
  const slow = await rawConnection(target);
  slow.write(head('content-length: 4'));
  const drip = setInterval(() => slow.write('x'), 150);
  const [answer] = await once(slow, 'data');
  clearInterval(drip);
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  if (!stalled.closed) await once(stalled, 'close');
  expect(target.submissions.map((one) => one.body.length)).toEqual([4]);
  slow.destroy();
});

test.each([
  [10, 200, true],
  [2000, 413, false],
])('Expect: 100-continue with %i bytes: %i, told to go on: %s', async (bytes, status, continued) => {
  const target = await start({ limits: { bodyBytes: 1000 } });
  const headers = { ...PROTOBUF, 'content-length': bytes, expect: '100-continue' };
  const request = httpRequest(`${target.url}/v1/traces`, { method: 'POST', headers });
  let told = false;
  request.on('continue', () => {
    told = true;
    request.end(new Uint8Array(bytes));
  });
  request.on('error', () => undefined);
  request.flushHeaders();
  const [response] = await once(request, 'response');
  expect([response.statusCode, told]).toEqual([status, continued]);
  response.resume();
  request.destroy();
});
