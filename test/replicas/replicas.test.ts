import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { awaitReplicas } from '../../collector/src/engine/replica-watch.ts';
import { openPriceBook } from '../../collector/src/price/price-book.ts';
import { rebuild } from '../../collector/src/settle/rebuild.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { operation } from '../faults/ledger-scenes.ts';
import { everything } from '../faults/ledger-views.ts';
import { bothSender } from '../faults/send-both.ts';
import { randomId, toBinary, traceBody } from '../otlp/bodies.ts';
import { type Replica, type ReplicatedCluster, startReplicatedCluster } from './replica-fixture.ts';

let single: Collector;
let cluster: ReplicatedCluster;
let directories: string[];
let collectors: [Collector, Collector];
let sendBoth: (seed: number, runs: number) => Promise<void>;

beforeAll(async () => {
  single = await startCollector();
  cluster = await startReplicatedCluster();
  directories = await Promise.all([0, 1].map(() => mkdtemp(path.join(os.tmpdir(), 'spanledger-'))));
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

/** Each collector works with another replica of the first shard. */
function startOf(number: 0 | 1): Promise<Collector> {
  const [shard] = cluster.replicas;
  const replica = shard?.[number] as Replica;
  return startCollector({ data_dir: directories[number] ?? '', ...cluster.flags(replica) });
}

async function settled(): Promise<void> {
  await Promise.all([single, ...collectors].map((one) => one.settled()));
}

test('every view has the rows that a single server has, from collectors that work with either replica', async () => {
  await sendBoth(1, 12);
  await settled();
  const expected = await everything(single);
  expect(expected['spans']?.length).toBeGreaterThan(50);
  for (let look = 0; look < 3; look++)
    for (const collector of collectors) expect(await everything(collector)).toEqual(expected);
  expect(cluster.all.reduce((sum, { sender }) => sum + sender.sent, 0)).toBeGreaterThan(100);
});

const patience = { timeout: 60_000, interval: 100 };

/** The stored tables of both replicas of each shard, once each has all. */
async function expectEqualReplicas(): Promise<void> {
  for (const [first, second] of cluster.replicas) {
    const listed = await first.server.ask(
      "SELECT name, engine FROM system.tables WHERE database = 'spanledger' AND startsWith(engine, 'Replicated') ORDER BY name",
    );
    for (const [table = '', engine] of listed.split('\n').map((line) => line.split('\t'))) {
      const final = engine === 'ReplicatedMergeTree' ? '' : 'FINAL';
      const rows = await Promise.all(
        [first, second].map(async ({ server }) => {
          await server.ask(`SYSTEM SYNC REPLICA ${table}`);
          return server.ask(`SELECT count(), groupBitXor(cityHash64(*)) FROM ${table} ${final}`);
        }),
      );
      expect([table, rows[1]]).toEqual([table, rows[0]]);
    }
  }
}

let sent = 0;
function body(): { trace: string; bytes: Uint8Array } {
  sent += 1;
  const trace = randomId();
  return { trace, bytes: toBinary(traceBody([operation('chat', { trace, id: 1 }, { input: 1 })])) };
}

/** Sends to one collector after the other until one acknowledges, as a balancer does. */
async function deliver(bytes: Uint8Array): Promise<void> {
  for (let attempt = sent; ; attempt++) {
    const collector = collectors[attempt % 2 === 0 ? 0 : 1];
    const status = await collector.post('traces', bytes).then((answer) => answer.status);
    if (status === 200) return;
    expect(status).toBe(503);
  }
}

/** How often each of the traces is among the spans, as a collector sees it. */
async function countSpans(collector: Collector, traces: readonly string[]): Promise<number[]> {
  const rows = await collector.query<{ spans: string }>(
    `SELECT count() AS spans FROM spans WHERE trace_id IN ({traces:Array(String)}) GROUP BY trace_id`,
    { traces },
  );
  return rows.map((row) => Number(row.spans));
}

test('the derived tables are rebuilt to the same rows, though equal blocks were inserted before', async () => {
  const before = await everything(collectors[0]);
  const prices = await openPriceBook(collectors[0].engine, () => {});
  expect(await rebuild(collectors[0].engine, prices, () => {})).toBeGreaterThan(100);
  expect(await everything(collectors[1])).toEqual(before);
  await expectEqualReplicas();
}, 120_000);

test('an insert that equals an earlier one is not dropped', async () => {
  const values = [{ dropped_at: 1, table_name: 'as before', partition_id: 'x' }];
  for (const { engine } of [...collectors, ...collectors])
    await engine.client.insert({ table: 'retention_log', values, format: 'JSONEachRow' });
  await awaitReplicas(collectors[0].engine, ['retention_log']);
  const rows = await collectors[0].query("SELECT count() AS inserts FROM retention_log WHERE table_name = 'as before'");
  expect(rows).toEqual([{ inserts: '4' }]);
});

/** A replica that has tried in vain to fetch a part, and the one that has it. */
async function findLacking(): Promise<{ holder: Replica }> {
  for (const [first, second] of cluster.replicas) {
    for (const [lacking, holder] of [
      [first, second],
      [second, first],
    ] as const) {
      const tries = await lacking.server.ask(
        "SELECT max(num_tries) FROM system.replication_queue WHERE type = 'GET_PART'",
      );
      if (Number(tries) > 1) return { holder };
    }
  }
  throw new Error('no replica lacks a part yet');
}

test('nothing is settled while a replica lacks rows that only another one has, away or not', async () => {
  for (const { sender } of cluster.all) sender.isRefusing = true;
  const traces: string[] = [];
  try {
    const before = (await collectors[0].get<{ settled: string }>('/v1/status')).settled;
    for (let request = 0; request < 10; request++) {
      const { trace, bytes } = body();
      expect((await collectors[0].post('traces', bytes)).status).toBe(200);
      traces.push(trace);
    }
    const { holder } = await vi.waitFor(findLacking, patience);
    await holder.kill();
    const reader = collectors[holder === cluster.replicas[0]?.[0] ? 1 : 0];
    await vi.waitFor(async () => expect((await fetch(`${reader.url}/v1/runs`)).status).toBe(200), patience);
    const { trace, bytes } = body();
    await deliver(bytes);
    traces.push(trace);
    expect((await collectors[0].get<{ settled: string }>('/v1/status')).settled).toBe(before);
    await cluster.start(holder);
  } finally {
    for (const { sender } of cluster.all) sender.isRefusing = false;
  }
  await settled();
  for (let look = 0; look < 4; look++)
    for (const collector of collectors) expect(await countSpans(collector, traces)).toEqual(traces.map(() => 1));
  await expectEqualReplicas();
}, 120_000);

test.each([
  ['that no collector works with', 1, 0],
  ['that a collector works with', 0, 1],
] as const)(
  'a replica %s is killed under load: reads and writes go on, and it catches up',
  async (_, shard, replica) => {
    const killed = cluster.replicas[shard]?.[replica] as Replica;
    const traces: string[] = [];
    const load = async (requests: number): Promise<void> => {
      for (let request = 0; request < requests; request++) {
        const { trace, bytes } = body();
        await deliver(bytes);
        traces.push(trace);
      }
    };
    const before = load(40);
    await vi.waitFor(() => expect(traces.length).toBeGreaterThan(5), { ...patience, interval: 5 });
    await killed.kill();
    const away = load(10);
    await vi.waitFor(async () => expect((await fetch(`${collectors[0].url}/v1/runs`)).status).toBe(200), patience);
    await Promise.all([before, away]);
    await load(5);
    await cluster.start(killed);
    await load(10);
    for (const collector of collectors) {
      const again = body();
      await vi.waitFor(async () => expect((await collector.post('traces', again.bytes)).status).toBe(200), patience);
      traces.push(again.trace);
    }
    await settled();
    const all = traces.map(() => 1);
    for (const collector of collectors) expect(await countSpans(collector, traces)).toEqual(all);
    await expectEqualReplicas();
  },
  180_000,
);

test('with ZooKeeper away inserts are refused and reads go on, and all comes back by itself', async () => {
  const { trace, bytes } = body();
  await cluster.keeper.kill();
  const refused = await collectors[0].post('traces', bytes);
  expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('has lost its Keeper')]);
  for (const collector of collectors) expect((await fetch(`${collector.url}/v1/runs`)).status).toBe(200);
  await cluster.keeper.start();
  for (const collector of collectors)
    await vi.waitFor(async () => expect((await collector.post('traces', bytes)).status).toBe(200), patience);
  await settled();
  for (const collector of collectors) expect(await countSpans(collector, [trace])).toEqual([1]);
  await expectEqualReplicas();
}, 180_000);
