import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { openRemote } from '../../collector/src/engine/remote.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

let running: TestEngine;
let engine: Engine;
let directory: string;
let count = 0;
beforeAll(async () => {
  running = await startTestEngine();
});
afterAll(() => running.stop());
// Each test has a database and a folder of its own.
beforeEach(async () => {
  count += 1;
  engine = await openRemote({ url: running.engine.url, database: `migrated_${count}` });
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  await mkdir(path.join(directory, 'migrations'));
  await mkdir(path.join(directory, 'ingest'));
  await mkdir(path.join(directory, 'views'));
});
afterEach(async () => {
  await engine.stop();
  await rm(directory, { recursive: true });
});

const put = (name: string, sql: string): Promise<void> => writeFile(path.join(directory, `${name}.sql`), sql);
const run = (target: Engine = engine): ReturnType<typeof migrate> => migrate(target, { directory });

async function rows(query: string): Promise<unknown[]> {
  const result = await engine.client.query({ query, format: 'JSONEachRow' });
  return result.json();
}

const createFirst = '-- the; first\nCREATE TABLE IF NOT EXISTS first (x UInt8) ENGINE = MergeTree ORDER BY x;\n';

test('a fresh database has every migration once, in order of the numbers, and every view', async () => {
  await put('migrations/002_more', 'INSERT INTO log VALUES (2);');
  await put('migrations/010_last', "INSERT INTO log SELECT 10 WHERE ';' != ''; INSERT INTO log VALUES (11)");
  await put('migrations/001_log', 'CREATE TABLE IF NOT EXISTS log (n UInt8) ENGINE = MergeTree ORDER BY n;');
  await put('views/numbers', 'CREATE OR REPLACE VIEW numbers_view AS SELECT n FROM log');
  const progress: string[] = [];
  const result = await migrate(engine, { directory, onProgress: ({ kind, name }) => progress.push(`${kind} ${name}`) });
  expect(result).toEqual({ migrations: ['001_log', '002_more', '010_last'], ingest: [], views: ['numbers'] });
  expect(progress).toEqual(['migration 001_log', 'migration 002_more', 'migration 010_last', 'view numbers']);
  expect(await rows('SELECT n FROM numbers_view ORDER BY n')).toEqual([{ n: 2 }, { n: 10 }, { n: 11 }]);
  expect(await run()).toEqual({ migrations: [], ingest: [], views: [] });
  expect(await rows('SELECT count() AS c FROM log')).toEqual([{ c: 3 }]);
  const record = await rows('SELECT kind, name, length(checksum) AS digits FROM schema_migrations ORDER BY name');
  expect(record).toContainEqual({ kind: 'migration', name: '001_log', digits: 64 });
  expect(await rows("SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'lock%'")).toEqual(
    [],
  );
});

test('a failed migration names file, statement and reason, and passes at the next start once mended', async () => {
  await put('migrations/001_first', createFirst);
  await put('migrations/002_bad', 'INSERT INTO first VALUES (1);\nSELECT no_such_column FROM first;');
  await put('migrations/003_after', 'INSERT INTO first VALUES (3)');
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/002_bad\.sql, statement 2 of 2: .*no_such_column/),
  });
  await put('migrations/002_bad', 'INSERT INTO first VALUES (2)');
  expect((await run()).migrations).toEqual(['002_bad', '003_after']);
  expect(await rows('SELECT x FROM first ORDER BY x')).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
});

test('views may depend on one another in any order, and are made anew when a text or a table changed', async () => {
  await put('migrations/001_first', createFirst);
  await put('views/a_top', 'CREATE OR REPLACE VIEW a_top AS SELECT * FROM b_middle');
  await put('views/b_middle', 'CREATE OR REPLACE VIEW b_middle AS SELECT * FROM c_base');
  await put('views/c_base', 'CREATE OR REPLACE VIEW c_base AS SELECT x FROM first');
  expect((await run()).views).toEqual(['c_base', 'b_middle', 'a_top']);
  await put('views/c_base', 'CREATE OR REPLACE VIEW c_base AS SELECT x, x + 1 AS y FROM first');
  expect([...(await run()).views].sort()).toEqual(['a_top', 'b_middle', 'c_base']);
  await engine.client.insert({ table: 'first', values: [{ x: 1 }], format: 'JSONEachRow' });
  expect(await rows('SELECT y FROM c_base')).toEqual([{ y: 2 }]);
  await put('migrations/002_more', 'ALTER TABLE first ADD COLUMN IF NOT EXISTS z UInt8');
  expect((await run()).views).toHaveLength(3);
  expect((await run()).views).toEqual([]);
});

test('a materialized view of ingest takes its new query without being made anew, the last file first', async () => {
  const view = (name: string, from: string, to: string, query: string): string =>
    `-- Fills ${to}.\nCREATE MATERIALIZED VIEW IF NOT EXISTS ${name} TO ${to} AS\n${query} FROM ${from}`;
  await put(
    'migrations/001_tables',
    'CREATE TABLE door (x UInt8) ENGINE = Null; CREATE TABLE hall AS door ENGINE = Null;',
  );
  await put('migrations/002_kept', 'CREATE TABLE kept (x UInt8, y UInt8) ENGINE = MergeTree ORDER BY x');
  await put('ingest/01_hall', view('door_to_hall', 'door', 'hall', 'SELECT *'));
  await put('ingest/02_kept', view('hall_to_kept', 'hall', 'kept', 'SELECT x'));
  expect((await run()).ingest).toEqual(['02_kept', '01_hall']);
  const made = "SELECT uuid FROM system.tables WHERE database = currentDatabase() AND name = 'hall_to_kept'";
  const before = await rows(made);
  await engine.client.insert({ table: 'door', values: [{ x: 1 }], format: 'JSONEachRow' });
  await put('migrations/003_wider', 'ALTER TABLE hall ADD COLUMN y UInt8');
  await put('ingest/01_hall', view('door_to_hall', 'door', 'hall', 'SELECT *, x + 1 AS y'));
  await put('ingest/02_kept', view('hall_to_kept', 'hall', 'kept', 'SELECT x, y'));
  expect((await run()).ingest).toEqual(['02_kept', '01_hall']);
  expect((await run()).ingest).toEqual([]);
  await engine.client.insert({ table: 'door', values: [{ x: 5 }], format: 'JSONEachRow' });
  expect(await rows('SELECT x, y FROM kept ORDER BY x')).toEqual([
    { x: 1, y: 0 },
    { x: 5, y: 6 },
  ]);
  expect(await rows(made)).toEqual(before);
  await put('ingest/03_other', 'CREATE VIEW other AS SELECT 1');
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_INVALID',
    message: expect.stringContaining('03_other'),
  });
});

test('a view that cannot be made is named, and the others are there', async () => {
  await put('views/bad', 'CREATE OR REPLACE VIEW bad AS SELECT * FROM nowhere');
  await put('views/good', 'CREATE OR REPLACE VIEW good AS SELECT 1 AS one');
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/bad\.sql.*nowhere/),
  });
  expect(await rows('SELECT one FROM good')).toEqual([{ one: 1 }]);
});

test('what does not fit the database is refused before anything runs', async () => {
  await put('migrations/002_first', createFirst);
  await run();
  await put('migrations/002_first', `${createFirst} SELECT 1`);
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  await put('migrations/002_first', createFirst.replaceAll('\n', '\r\n'));
  expect((await run()).migrations).toEqual([]);
  await put('migrations/001_late', createFirst);
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_OUT_OF_ORDER' });
  await rm(path.join(directory, 'migrations', '001_late.sql'));
  await put('migrations/0002_twin', createFirst);
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_INVALID' });
  await rm(path.join(directory, 'migrations', '0002_twin.sql'));
  await put('migrations/nameless', createFirst);
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_INVALID' });
  await rm(path.join(directory, 'migrations', 'nameless.sql'));
  await rm(path.join(directory, 'migrations', '002_first.sql'));
  await expect(run()).rejects.toMatchObject({
    code: 'DATABASE_NEWER',
    message: expect.stringContaining('002_first'),
  });
});

test('of collectors that start together one migrates and all end with the migrations applied once', async () => {
  await put('migrations/001_first', createFirst);
  for (let number = 2; number <= 6; number += 1) {
    await put(`migrations/00${number}_insert`, `INSERT INTO first VALUES (${number})`);
  }
  await put('views/all', 'CREATE OR REPLACE VIEW every AS SELECT * FROM first');
  const others = await Promise.all(
    Array.from({ length: 3 }, () => openRemote({ url: running.engine.url, database: engine.database })),
  );
  const results = await Promise.all([engine, ...others].map(run));
  expect(results.map((result) => result.migrations.length).sort()).toEqual([0, 0, 0, 6]);
  expect(await rows('SELECT x FROM first ORDER BY x')).toEqual([2, 3, 4, 5, 6].map((x) => ({ x })));
  expect(await rows('SELECT count() AS c FROM schema_migrations')).toEqual([{ c: 7 }]);
  await Promise.all(others.map((other) => other.stop()));
});
