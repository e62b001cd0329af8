import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ConfigurationError } from '../../collector/src/index.ts';
import { type AppendOutcome, startReceiver } from '../../collector/src/receive/index.ts';
import { toBinary, traceBody } from '../otlp/bodies.ts';
import { ALL_ACCEPTED, PROTOBUF, post, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

const body = toBinary(traceBody([{}]));
const started: TestReceiver[] = [];

async function start(options: Parameters<typeof startTestReceiver>[0] = {}): Promise<TestReceiver> {
  const target = await startTestReceiver(options);
  started.push(target);
  return target;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((target) => target.stop()));
});

async function send(
  target: TestReceiver,
  agent: Agent,
  path = '/v1/traces',
): Promise<{ status: number; port: number }> {
  const request = httpRequest(target.url + path, { method: 'POST', agent, headers: PROTOBUF }).end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const port = request.socket?.localPort ?? 0;
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode ?? 0, port };
}

test('a connection is kept and used again, after refused requests too', async () => {
  const target = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const paths = ['/v1/traces', '/v1/metrics', '/v1/logs', '/v1/traces'];
  const answers = [];
  for (const path of paths) answers.push(await send(target, agent, path));
  expect(answers.map((one) => one.status)).toEqual([200, 404, 200, 200]);
  expect(new Set(answers.map((one) => one.port)).size).toBe(1);
  agent.destroy();
});

test('parallel connections are served at the same time', async () => {
  const all = Promise.withResolvers<AppendOutcome>();
  const target: TestReceiver = await start({
    respond: () => {
      if (target.submissions.length === 16) all.resolve(ALL_ACCEPTED);
      return all.promise;
    },
  });
  const agent = new Agent({ keepAlive: true });
  const answers = await Promise.all(Array.from({ length: 16 }, () => send(target, agent)));
  expect(answers.map((one) => one.status)).toEqual(new Array(16).fill(200));
  expect(new Set(answers.map((one) => one.port)).size).toBe(16);
  agent.destroy();
});

test('requests written one after the other on one connection are answered in order', async () => {
  const target = await start();
  const socket = connect(target.receiver.httpPort, '127.0.0.1');
  const one = (path: string) =>
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
  socket.write(one('/v1/traces') + one('/v1/metrics') + one('/v1/logs'));
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await expect.poll(() => text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  socket.destroy();
});

test('stop lets what is in flight end, refuses what is new, and closes kept connections', async () => {
  const durable = Promise.withResolvers<AppendOutcome>();
  const target = await start({ respond: () => durable.promise });
  const agent = new Agent({ keepAlive: true });
  const inFlight = send(target, agent);
  await expect.poll(() => target.submissions.length).toBe(1);
  let stopped = false;
  const stopping = target.receiver.stop(30_000).then(() => {
    stopped = true;
  });
  await expect(post(`${target.url}/v1/traces`, body, PROTOBUF)).rejects.toThrow('fetch failed');
  expect(stopped).toBe(false);
  durable.resolve(ALL_ACCEPTED);
  expect((await inFlight).status).toBe(200);
  await stopping;
  agent.destroy();
});

test('a request on an open connection meets 503 while stopping', async () => {
  const target = await start();
  const socket = connect(target.receiver.httpPort, '127.0.0.1');
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n');
  await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0);
  const first = await post(`${target.url}/v1/traces`, body, PROTOBUF);
  expect(first.status).toBe(200);
  const stopping = target.receiver.stop(30_000);
  socket.write('content-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: [123]\r\n/i);
  await stopping;
});

test('stop cuts off what does not end within the grace time', async () => {
  const target = await start({ respond: () => new Promise(() => undefined) });
  const lost = post(`${target.url}/v1/traces`, body, PROTOBUF);
  lost.catch(() => undefined);
  await expect.poll(() => target.submissions.length).toBe(1);
  await target.receiver.stop(50);
  await expect(lost).rejects.toThrow('fetch failed');
});

test('a port that is taken is a configuration error with a code', async () => {
  const target = await start();
  const again = startReceiver({
    ingest: { submit: async () => ALL_ACCEPTED },
    api: () => undefined,
    log: { error: () => undefined },
    httpPort: target.receiver.httpPort,
  });
  await expect(again).rejects.toThrow(ConfigurationError);
  await expect(again).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
});

test('a taken gRPC port frees the HTTP port again', async () => {
  const target = await start();
  const free = await start();
  const httpPort = free.receiver.httpPort;
  await free.stop();
  const options = {
    ingest: { submit: async () => ALL_ACCEPTED },
    api: () => undefined,
    log: { error: () => undefined },
    httpPort,
  };
  await expect(startReceiver({ ...options, grpcPort: target.grpcPort })).rejects.toMatchObject({
    code: 'PORT_UNAVAILABLE',
  });
  const second = await startReceiver(options);
  expect([second.httpPort, second.grpcPort]).toEqual([httpPort, undefined]);
  await second.stop();
});
