import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../collector/src/engine/embedded.ts';
import type { EngineState } from '../../collector/src/engine/engine-contract.ts';
import { findUnguarded } from '../../collector/src/engine/row-policies.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

const readers = [
  { name: 'reader', tenant: 'default' },
  // The password is `secret`.
  {
    name: 'reader_other',
    tenant: "o'\\ther",
    passwordSha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
  },
];

const tenantTables = ['records', 'made_later', 'copies', 'records_copied'];
let running: TestEngine;
beforeAll(async () => {
  running = await startTestEngine({ readers, tenantTables });
  const { client } = running.engine;
  await client.command({
    query: 'CREATE TABLE records (tenant String, value UInt8) ENGINE = MergeTree ORDER BY value',
  });
  await client.command({ query: 'CREATE VIEW records_view AS SELECT * FROM records' });
  await client.command({ query: 'CREATE TABLE made_later (tenant String) ENGINE = MergeTree ORDER BY tenant' });
  await client.command({ query: 'CREATE TABLE copies (tenant String, value UInt8) ENGINE = MergeTree ORDER BY value' });
  await client.command({ query: 'CREATE MATERIALIZED VIEW records_copied TO copies AS SELECT * FROM records' });
  await client.insert({
    table: 'records',
    values: [
      { tenant: 'default', value: 1 },
      { tenant: "o'\\ther", value: 2 },
    ],
    format: 'JSONEachRow',
  });
  await running.engine.insert('INSERT INTO made_later VALUES', Buffer.from("('nobody')"));
});
afterAll(() => running.stop());

/** Sends a query as any SQL client would, and gives status and text. */
async function ask(
  query: string,
  user: string,
  options: { password?: string; settings?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string }> {
  const credentials = Buffer.from(`${user}:${options.password ?? ''}`).toString('base64');
  const response = await fetch(`${running.engine.url}/?database=spanledger&${options.settings ?? ''}`, {
    method: 'POST',
    body: query,
    headers: { authorization: `Basic ${credentials}`, ...options.headers },
  });
  return { status: response.status, text: (await response.text()).trim() };
}

test('the engine is ready, of a known version, on loopback with both protocols', async () => {
  const { engine } = running;
  expect(engine).toMatchObject({ kind: 'embedded', state: 'ready', restarts: 0, database: 'spanledger' });
  expect(engine.version).toMatch(/^\d+\.\d+/);
  const result = await engine.client.query({
    query: `SELECT version() AS version, currentDatabase() AS database`,
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([{ version: engine.version, database: 'spanledger' }]);
  expect((await ask(`SELECT 1 FROM remote('127.0.0.1:${engine.tcpPort}', system.one)`, 'default')).text).toBe('1');
});

test('a reader sees the rows of its tenant only, through tables, views and counts', async () => {
  for (const table of ['records', 'records_view', 'copies', 'records_copied']) {
    expect((await ask(`SELECT value FROM ${table}`, 'default')).text).toBe('1\n2');
    expect((await ask(`SELECT value FROM ${table}`, 'reader')).text).toBe('1');
    expect((await ask(`SELECT value FROM ${table}`, 'reader_other', { password: 'secret' })).text).toBe('2');
  }
  expect((await ask('SELECT count() FROM records', 'reader')).text).toBe('1');
  expect((await ask("SELECT sum(value) FROM merge('spanledger', '^records$')", 'reader')).text).toBe('1');
  expect((await ask('SELECT count() FROM made_later', 'reader')).text).toBe('0');
});

test('tables and views that would show a reader all tenants are found', async () => {
  expect(await findUnguarded(running.engine, tenantTables)).toEqual([]);
  expect(await findUnguarded(running.engine, ['records'])).toEqual(['copies', 'made_later', 'records_copied']);
  await ask('CREATE VIEW leaking DEFINER = default SQL SECURITY DEFINER AS SELECT * FROM records', 'default');
  expect(await findUnguarded(running.engine, tenantTables)).toEqual(['leaking']);
  await ask('DROP VIEW leaking', 'default');
});

test('a reader with a password needs it', async () => {
  expect(await ask('SELECT 1', 'reader_other', { password: 'wrong' })).toMatchObject({ status: 403 });
});

test.each([
  "INSERT INTO records VALUES ('default', 3)",
  'TRUNCATE TABLE records',
  'CREATE TABLE x (y UInt8) ENGINE = Memory',
  'CREATE TEMPORARY TABLE x (y UInt8) ENGINE = Memory',
  'ALTER TABLE records DELETE WHERE 1',
  'SYSTEM STOP MERGES records',
  'KILL QUERY WHERE 1',
  "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
  "SELECT * FROM remote('127.0.0.1', 'spanledger.records')",
  'SELECT * FROM system.processes',
  'SELECT * FROM system.users',
  'SELECT * FROM system.parts',
  'SELECT 1 SETTINGS max_execution_time = 0',
  'SELECT 1 SETTINGS max_memory_usage = 0',
  'SELECT 1 SETTINGS readonly = 0',
])('a reader may not: %s', async (query) => {
  const { status, text } = await ask(query, 'reader');
  expect(text).toMatch(/ACCESS_DENIED|READONLY|SETTING_CONSTRAINT_VIOLATION/);
  expect(status).toBeGreaterThanOrEqual(400);
});

test('a reader may look up what SQL clients ask for and send settings as Grafana does', async () => {
  expect((await ask('SHOW TABLES', 'reader')).text).toBe('copies\nmade_later\nrecords\nrecords_copied\nrecords_view');
  expect((await ask('SHOW DATABASES', 'reader')).text).toContain('spanledger');
  expect((await ask('DESCRIBE TABLE records', 'reader')).text).toContain('tenant\tString');
  const columns = "SELECT name, type FROM system.columns WHERE database = 'spanledger' AND table = 'records'";
  expect((await ask(columns, 'reader')).text).toBe('tenant\tString\nvalue\tUInt8');
  expect((await ask('SELECT 1', 'reader', { settings: 'max_execution_time=60&readonly=2' })).text).toBe('1');
});

test('requests from web pages are refused, and those under a foreign host name', async () => {
  const page = await ask('SELECT 1', 'default', { headers: { origin: 'https://example.com' } });
  expect(page).toEqual({ status: 403, text: 'Requests of web pages are refused.' });
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  request(`${running.engine.url}/?query=SELECT+1`, { headers: { host: 'rebound.example' } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).end();
  expect(await promise).toBe(404);
});

test('ClickHouse keeps no system logs and prints no log lines', async () => {
  await ask('SYSTEM FLUSH LOGS', 'default');
  const query =
    "SELECT count() FROM system.tables WHERE database = 'system' AND name LIKE '%log%' AND engine LIKE '%MergeTree'";
  expect((await ask(query, 'default')).text).toBe('0');
});

test('an insert of several chunks arrives whole; a refused one says what is certain', async () => {
  const { engine } = running;
  await engine.client.command({ query: 'CREATE TABLE bytes (value UInt8) ENGINE = MergeTree ORDER BY value' });
  const chunks = [Buffer.from([1, 2]), new Uint8Array([3]), Buffer.alloc(100_000, 4)];
  await engine.insert('INSERT INTO bytes FORMAT RowBinary', chunks, { insert_deduplicate: '0' });
  expect((await ask('SELECT value, count() FROM bytes GROUP BY value ORDER BY value', 'default')).text).toBe(
    '1\t1\n2\t1\n3\t1\n4\t100000',
  );
  await expect(engine.insert('INSERT INTO missing FORMAT RowBinary', Buffer.from([1]))).rejects.toMatchObject({
    code: 'INSERT_REFUSED',
    serverCode: 60,
    outcome: 'not_applied',
  });
  await expect(engine.insert('INSERT INTO records FORMAT RowBinary', Buffer.from([200, 1, 1]))).rejects.toMatchObject({
    code: 'INSERT_REFUSED',
    outcome: 'unknown',
  });
});

test('a second engine on the same directory or port is refused', async () => {
  const again = openEmbedded({ dataDirectory: running.dataDirectory, httpPort: 0, tcpPort: 0 });
  await expect(again).rejects.toMatchObject({ code: 'DATA_DIRECTORY_LOCKED' });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const taken = startTestEngine({ tcpPort: port });
  await expect(taken).rejects.toMatchObject({
    code: 'ENGINE_PORT_TAKEN',
    message: expect.stringMatching(new RegExp(`${port}.*--clickhouse-tcp-port`)),
  });
  await new Promise((resolve) => server.close(resolve));
});

test('data outlives a stop and a start; the states are told', async () => {
  const first = await startTestEngine();
  const states: EngineState[] = [];
  first.engine.onState((state) => states.push(state));
  await first.engine.client.command({ query: 'CREATE TABLE kept (x UInt8) ENGINE = MergeTree ORDER BY x' });
  await first.engine.insert('INSERT INTO kept FORMAT RowBinary', Buffer.from([7]));
  await Promise.all([first.engine.stop(), first.engine.stop()]);
  expect(states).toEqual(['stopped']);
  expect(first.engine.state).toBe('stopped');
  await expect(first.engine.insert('INSERT INTO kept FORMAT RowBinary', Buffer.from([8]))).rejects.toMatchObject({
    code: 'INSERT_CONNECTION',
    outcome: 'not_applied',
  });
  const second = await startTestEngine({ dataDirectory: first.dataDirectory });
  const result = await second.engine.client.query({ query: 'SELECT x FROM kept', format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ x: 7 }]);
  await second.stop();
});

test('what the engine said last is in the error of a start that failed, and the directory is free again', async () => {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  await mkdir(path.join(dataDirectory, 'engine', 'data', 'status'), { recursive: true });
  const options = { dataDirectory, httpPort: 0, tcpPort: 0 };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(openEmbedded(options)).rejects.toMatchObject({
      code: 'ENGINE_START_FAILED',
      message: expect.stringMatching(/status/),
    });
  }
  await rm(dataDirectory, { recursive: true });
});
