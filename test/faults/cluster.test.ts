import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { clusterStatements, shardedTables } from '../../collector/src/engine/cluster-sql.ts';
import { openEngine } from '../../collector/src/engine/engine.ts';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { readMigrations } from '../../collector/src/engine/sql-files.ts';
import { openPriceBook } from '../../collector/src/price/price-book.ts';
import { sweep } from '../../collector/src/retention/sweep.ts';
import { rebuild } from '../../collector/src/settle/rebuild.ts';
import { SQL_DIRECTORY } from '../../collector/src/tenant-tables.ts';
import { type Cluster, startCluster } from '../cluster-fixture.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { randomId, toBinary, traceBody } from '../otlp/bodies.ts';
import { operation } from './ledger-scenes.ts';
import { everything } from './ledger-views.ts';
import { bothSender } from './send-both.ts';

let single: Collector;
let cluster: Cluster;
let directories: string[];
let collectors: [Collector, Collector];
let sendBoth: (seed: number, runs: number) => Promise<void>;

beforeAll(async () => {
  single = await startCollector();
  cluster = await startCluster();
  directories = await Promise.all([0, 1].map(() => mkdtemp(path.join(os.tmpdir(), 'spanledger-'))));
  // With another key the same content has another digest.
  for (const one of directories)
    await copyFile(path.join(single.dataDirectory, 'content.key'), path.join(one, 'content.key'));
  collectors = [await startOf(0), await startOf(1)];
  sendBoth = bothSender(single, collectors);
}, 120_000);
afterAll(async () => {
  await Promise.allSettled(collectors.map((one) => one.stop()));
  await cluster.stop();
  await single.stop();
  await Promise.all(directories.map((one) => rm(one, { recursive: true, force: true })));
}, 60_000);

function startOf(number: 0 | 1): Promise<Collector> {
  return startCollector({ data_dir: directories[number] ?? '', ...cluster.flags(number) });
}

async function settled(): Promise<void> {
  await Promise.all([single, ...collectors].map((one) => one.settled()));
}

test('every view of a cluster has the rows that a single server has', async () => {
  await sendBoth(1, 12);
  await settled();
  const expected = await everything(single);
  expect(expected['spans']?.length).toBeGreaterThan(50);
  for (const collector of collectors) expect(await everything(collector)).toEqual(expected);
  for (const { url } of cluster.servers) {
    for (const table of ['ledger', 'span_rows', 'step_rows', 'event_rows', 'run_rows']) {
      const answer = await fetch(`${url}/?database=spanledger`, {
        method: 'POST',
        body: `SELECT count() > 0 FROM ${table}_local`,
      });
      expect([table, (await answer.text()).trim()]).toEqual([table, '1']);
    }
  }
});

test('a collector that was stopped and one that starts anew go on', async () => {
  await collectors[0].stop(true);
  collectors[0] = await startOf(0);
  await sendBoth(2, 3);
  await settled();
  expect(await everything(collectors[0])).toEqual(await everything(single));
});

test('one tenant is seen by its reader, through either server', async () => {
  const row = (tenant: string): string => `('${tenant}', 'run of ${tenant}', now64(9))`;
  await collectors[0].engine.client.command({
    query: `INSERT INTO run_rows (tenant, run_id, start_time) VALUES ${['default', 'a', 'b', 'c', 'd'].map(row).join(', ')}`,
  });
  for (const { url } of cluster.servers) {
    for (const relation of ['runs', 'run_rows', 'run_rows_local', 'spans']) {
      const answer = await fetch(`${url}/?database=spanledger&user=reader`, {
        method: 'POST',
        body: `SELECT DISTINCT tenant FROM ${relation}`,
      });
      expect([relation, (await answer.text()).trim()]).toEqual([relation, 'default']);
      expect(answer.status).toBe(200);
    }
  }
});

test('with a shard away, its collector refuses, reads say why, and both come back by themselves', async () => {
  const body = (): Uint8Array => toBinary(traceBody([operation('chat', { trace: randomId(), id: 1 }, { input: 1 })]));
  await cluster.servers[1].kill();
  expect((await collectors[1].post('traces', body())).status).toBe(503);
  const read = await fetch(`${collectors[0].url}/v1/runs`);
  expect(read.status).toBe(503);
  expect(await read.json()).toMatchObject({ error: { code: 'SHARD_UNAVAILABLE' } });
  // The log of this collector lies on the other shard, so it goes on; what is derived of it waits.
  const later = randomId();
  const call = operation('chat', { trace: later, id: 1 }, { input: 1 });
  expect((await collectors[0].post('traces', toBinary(traceBody([call])))).status).toBe(200);
  await cluster.servers[1].start(cluster.servers);
  const patience = { timeout: 40_000, interval: 250 };
  await vi.waitFor(async () => expect((await collectors[1].post('traces', body())).status).toBe(200), patience);
  await vi.waitFor(async () => expect((await fetch(`${collectors[0].url}/v1/runs`)).status).toBe(200), patience);
  await Promise.all(collectors.map((one) => one.settled()));
  const found = await collectors[1].query('SELECT span_count FROM runs WHERE run_id = {later:String}', { later });
  expect(found).toEqual([{ span_count: 1 }]);
}, 120_000);

test('the derived tables are rebuilt from the ledger to the same rows', async () => {
  const before = await everything(collectors[0]);
  const prices = await openPriceBook(collectors[0].engine, () => {});
  expect(await rebuild(collectors[0].engine, prices, () => {})).toBeGreaterThan(100);
  // Rows that a test wrote itself do not come back.
  const runs = before['runs']?.filter((text) => !text.includes('"run of '));
  const after = await everything(collectors[1]);
  expect(after['runs']).toEqual(runs);
  for (const view of ['spans', 'steps', 'events', 'timeline'])
    expect([view, after[view]]).toEqual([view, before[view]]);
}, 120_000);

test('what has expired goes from every shard', async () => {
  const { engine } = collectors[0];
  const days = { ledger: 1, content: 1, derived: 1, rejects: 1 };
  for (const shard of engine.shards) {
    await sweep(shard, {
      days,
      now: new Date(Date.now() + 400 * 86_400_000),
      assertHeld: async () => {},
      signal: new AbortController().signal,
      onTakenOut: () => {},
    });
  }
  for (const table of ['ledger', 'span_rows', 'step_rows', 'event_rows']) {
    expect([table, await collectors[1].query(`SELECT count() AS rows FROM ${table}`)]).toEqual([
      table,
      [{ rows: '0' }],
    ]);
  }
  const noted = await collectors[1].query("SELECT count() AS parts FROM retention_log WHERE table_name = 'span_rows'");
  expect(Number((noted[0] as { parts: string }).parts)).toBeGreaterThanOrEqual(2);
}, 60_000);

test('a database of a cluster is not opened as a single server, and each server must be named', async () => {
  const [first, second] = cluster.servers;
  const plain = await openEngine({ kind: 'remote', url: first.url });
  await expect(migrate(plain, { directory: SQL_DIRECTORY })).rejects.toMatchObject({ code: 'CLUSTER_MISMATCH' });
  await plain.stop();
  const open = (name: string): Promise<Engine> =>
    openEngine({ kind: 'cluster', url: first.url, cluster: name, serverUrls: [second.url] });
  await expect(open('ledgers')).rejects.toMatchObject({
    code: 'CLUSTER_INCOMPLETE',
    message: expect.stringContaining('shard 1 replica 1'),
  });
  await expect(open('others')).rejects.toMatchObject({ code: 'CLUSTER_INCOMPLETE' });
});

test('the statements for shards with replicas are well formed', async () => {
  const shape = { name: 'ledgers', isReplicated: true };
  const statements = (await readMigrations(SQL_DIRECTORY)).flatMap((file) => file.statements);
  const sharded = shardedTables(statements);
  const replicated = statements.flatMap((statement) => clusterStatements(statement, shape, sharded));
  expect(replicated.filter((text) => text.includes('ENGINE = Replicated'))).toHaveLength(sharded.size);
  for (const text of replicated) await collectors[0].engine.client.command({ query: `EXPLAIN AST ${text}` });
});
