import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCollector as start } from '../../collector/src/collector.ts';
import { readConfig } from '../../collector/src/config.ts';
import { hashSecret, makeKey } from '../../collector/src/keys/key-text.ts';
import { addKey, revokeKey } from '../../collector/src/keys/manage-keys.ts';
import type { Scope } from '../../collector/src/keys/scope.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { logsResponse, statusOf, traceResponse } from '../otlp/answers.ts';
import { logBody, toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const body = traceBody([{ name: 'one', attributes: { 'spanledger.run.id': 'run-1' } }]);
const claiming = traceBody([{ name: 'two', attributes: { 'spanledger.tenant.id': 'globex' } }, { name: 'three' }]);

let collector: Collector;
let file: string;
let grpc: Client;
let ingest: string;
let read: string;

const make = async (tenant: string, ...scopes: Scope[]): Promise<string> =>
  (await addKey(file, { tenant, scopes, name: '', expires: null })).text;

beforeAll(async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-keys-'));
  file = path.join(directory, 'keys.json');
  ingest = await make('acme', 'ingest');
  read = await make('acme', 'read');
  collector = await startCollector({ data_dir: directory });
  grpc = new Client(`127.0.0.1:${collector.grpcPort}`, credentials.createInsecure());
});
afterAll(async () => {
  grpc.close();
  await collector.stop();
});

const types = {
  protobuf: { type: 'application/x-protobuf', encode: toBinary },
  json: { type: 'application/json', encode: toOtlpJsonText },
} as const;

async function send(
  signal: 'traces' | 'logs',
  encoding: 'protobuf' | 'json',
  headers: Record<string, string>,
  request = body,
) {
  const { type, encode } = types[encoding];
  const response = await fetch(`${collector.url}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: encode(request),
  });
  const answer = {
    contentType: response.headers.get('content-type'),
    body: new Uint8Array(await response.arrayBuffer()),
  };
  return { status: response.status, headers: response.headers, ...answer };
}

/** A call over gRPC: its status, and the code inside the details. */
function call(headers: Record<string, string>): Promise<{ code: number; details: string; inner: number | undefined }> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const same = (value: Buffer): Buffer => value;
  return new Promise((resolve) => {
    grpc.makeUnaryRequest(TRACES, same, same, Buffer.from(toBinary(body)), metadata, (error: ServiceError | null) => {
      const [bytes] = error?.metadata.get('grpc-status-details-bin') ?? [];
      const inner = bytes === undefined ? undefined : statusOf({ contentType: null, body: bytes as Buffer }).code;
      resolve({ code: error?.code ?? 0, details: error?.details ?? '', inner });
    });
  });
}

test.each(['protobuf', 'json'] as const)(
  'OTLP/HTTP in %s: refused with a Status in the same encoding',
  async (encoding) => {
    for (const signal of ['traces', 'logs'] as const) {
      const without = await send(signal, encoding, {});
      expect([without.status, without.contentType]).toEqual([401, types[encoding].type]);
      expect(without.headers.get('www-authenticate')).toBe('Bearer realm="spanledger"');
      expect(statusOf(without)).toMatchObject({ code: 16, message: expect.stringMatching(/^UNAUTHORIZED: /) });
      const unknown = await send(signal, encoding, { 'x-api-key': makeKey().text });
      expect(statusOf(unknown)).toEqual(statusOf(without));
      const lacking = await send(signal, encoding, { authorization: `Bearer ${read}` });
      expect([lacking.status, lacking.contentType]).toEqual([403, types[encoding].type]);
      expect(statusOf(lacking)).toMatchObject({ code: 7, message: expect.stringMatching(/^FORBIDDEN: .*"ingest"/) });
    }
  },
);

test.each(['protobuf', 'json'] as const)("OTLP/HTTP in %s: taken for the key's tenant", async (encoding) => {
  const taken = await send('traces', encoding, { authorization: `Bearer ${ingest}` });
  expect([taken.status, traceResponse(taken).partialSuccess]).toEqual([200, undefined]);
  const log = logBody([{ body: encoding, attributes: { 'spanledger.run.id': 'run-1' } }]);
  const logged = await send('logs', encoding, { 'X-API-Key': ingest }, log as never);
  expect([logged.status, logsResponse(logged).partialSuccess]).toEqual([200, undefined]);
  await collector.settled();
  expect(await collector.query('SELECT DISTINCT tenant FROM ledger')).toEqual([{ tenant: 'acme' }]);
});

test('a record that claims another tenant than that of the key is rejected alone', async () => {
  const answer = await send('traces', 'json', { 'x-api-key': ingest }, claiming);
  expect(answer.status).toBe(200);
  expect(traceResponse(answer).partialSuccess).toMatchObject({ rejectedSpans: 1n });
  const rejected = await collector.query('SELECT DISTINCT tenant, reason_code FROM rejects');
  expect(rejected).toEqual([{ tenant: 'acme', reason_code: 'TENANT_MISMATCH' }]);
});

test('OTLP/gRPC: refused with the status and its details, taken with either header', async () => {
  expect(await call({})).toMatchObject({ code: 16, inner: 16, details: expect.stringMatching(/^UNAUTHORIZED: /) });
  expect(await call({ 'x-api-key': 'nonsense' })).toMatchObject({ code: 16 });
  expect(await call({ authorization: `Bearer ${read}` })).toMatchObject({ code: 7, inner: 7 });
  expect(await call({ authorization: `Bearer ${ingest}` })).toMatchObject({ code: 0 });
  expect(await call({ 'x-api-key': ingest })).toMatchObject({ code: 0 });
});

test('a key works as soon as it is made and no longer than until it is revoked, with the collector running', async () => {
  const key = await make('acme', 'read');
  const status = async (): Promise<number> =>
    (await fetch(`${collector.url}/v1/runs`, { headers: { authorization: `Bearer ${key}` } })).status;
  await expect.poll(status, { timeout: 5_000 }).toBe(200);
  await revokeKey(file, key.split('_')[1] ?? '');
  await expect.poll(status, { timeout: 5_000 }).toBe(401);
});

test("the operator's password is in a file of its owner, and its user reaches the engine with it alone", async () => {
  const secret = path.join(path.dirname(file), 'operator.password');
  expect((await stat(secret)).mode & 0o777).toBe(0o600);
  const password = await readFile(secret, 'utf8');
  expect(password).toMatch(/^[\w-]{32}$/);
  const users = await readFile(path.join(path.dirname(file), 'engine/users.xml'), 'utf8');
  expect(users).not.toContain(password);
  expect(users).toContain(hashSecret(password));
  const config = await readFile(path.join(path.dirname(file), 'engine/config.xml'), 'utf8');
  expect(config).not.toMatch(/tcp_port|password/);
});

test('no SQL user gets in where readers are not trusted', async () => {
  const [row] = await collector.query<{ users: string[] }>('SELECT groupArray(name) AS users FROM system.users');
  expect(row?.users.sort()).toEqual(['default', 'operator']);
});

/** Starts a collector whose log is kept, does something with it, and gives the log's lines. */
async function logOf(
  environment: Record<string, string>,
  flags: Record<string, string>,
  use: (url: string, directory: string) => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-keys-'));
  const ports = { port: '0', grpc_port: '0', clickhouse_http_port: '0', clickhouse_tcp_port: '0' };
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
  try {
    const running = await start(readConfig({ flags: { ...ports, ...flags, data_dir: directory }, environment }), {
      log,
    });
    try {
      await use(running.url, directory);
    } finally {
      await running.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return lines.map((line) => JSON.parse(line));
}

test('keys of the environment let a collector listen beyond loopback; each look at the API is logged, no key ever', async () => {
  const reader = makeKey();
  const sender = makeKey();
  const keys = `${reader.id}:${hashSecret(reader.secret)}:acme:read+audit, ${sender.text}:acme:ingest`;
  const wrong = makeKey();
  const lines = await logOf({ SPANLEDGER_KEYS: keys }, { host: '0.0.0.0' }, async (url) => {
    const local = url.replace('0.0.0.0', '127.0.0.1');
    const ask = async (route: string, key: string): Promise<number> =>
      (await fetch(`${local}${route}`, { headers: { 'x-api-key': key } })).status;
    expect(await ask('/v1/runs?text=private', reader.text)).toBe(200);
    expect(await ask('/v1/steps/s?include=content', reader.text)).toBe(404);
    expect(await ask('/v1/runs', sender.text)).toBe(403);
    expect(await ask('/v1/runs', wrong.text)).toBe(401);
    expect(await ask('/healthz', wrong.text)).toBe(200);
    expect(await ask('/metrics', reader.text)).toBe(403);
  });
  const accesses = lines.filter(({ event }) => event === 'api_access');
  expect(
    accesses.map(({ key, tenant, method, path, parameters, status }) => [
      key,
      tenant,
      method,
      path,
      parameters,
      status,
    ]),
  ).toEqual([
    [reader.id, 'acme', 'GET', '/v1/runs', ['text'], 200],
    [reader.id, 'acme', 'GET', '/v1/steps/s', ['include'], 404],
    [sender.id, 'acme', 'GET', '/v1/runs', [], 403],
    [null, null, 'GET', '/v1/runs', [], 401],
    [reader.id, 'acme', 'GET', '/metrics', [], 403],
  ]);
  expect(accesses.every(({ level, duration_ms }) => level === 30 && Number.isInteger(duration_ms))).toBe(true);
  const text = JSON.stringify(lines);
  for (const { secret } of [reader, sender, wrong]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(hashSecret(secret));
  }
  expect(text).not.toContain('private');
});

test('the first key closes a collector that is running, and the log says so', async () => {
  const lines = await logOf({}, {}, async (url, directory) => {
    expect((await fetch(`${url}/v1/runs`)).status).toBe(200);
    const { text } = await addKey(path.join(directory, 'keys.json'), {
      tenant: 'acme',
      scopes: ['read'],
      name: '',
      expires: null,
    });
    await expect.poll(async () => (await fetch(`${url}/v1/runs`)).status, { timeout: 5_000 }).toBe(401);
    expect((await fetch(`${url}/v1/runs`, { headers: { authorization: `Bearer ${text}` } })).status).toBe(200);
  });
  expect(lines.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual([
    expect.stringMatching(/^the first keys: each request needs one now; restart/),
  ]);
  expect(lines.find(({ event, level }) => event === 'api_access' && level === 20)).toMatchObject({ key: null });
});
