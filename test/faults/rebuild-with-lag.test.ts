import { afterAll, beforeAll, expect, test } from 'vitest';
import { INGEST_QUERY } from '../../collector/src/append/insert-queries.ts';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { openPriceBook } from '../../collector/src/price/price-book.ts';
import { rebuild } from '../../collector/src/settle/rebuild.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { metric } from './ledger-dump.ts';
import { CollectorProcess, type Status } from './ledger-process.ts';
import { bodyOf, expectOnce } from './runs-under-load.ts';

// A collector that is behind: what is acknowledged stands in the ledger, and not in the derived tables yet.

const RUNS = 30;

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

/** Acknowledges runs of a client; gives their ids. */
async function acknowledge(client: number): Promise<string[]> {
  const bodies = Array.from({ length: RUNS }, (_, index) => bodyOf(client, index));
  for (const answer of await Promise.all(bodies.map((body) => collector.post('traces', body)))) {
    expect(answer.status).toBe(200);
  }
  return bodies.map((_, index) => `run-${client}-${index}`);
}

test('a rebuild beside a collector that lags behind leaves nothing out and counts nothing twice', async () => {
  const { engine } = collector;
  const insert = engine.insert.bind(engine);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const settled = await acknowledge(0);
  await collector.settled();
  engine.insert = async (...inputs) => {
    if (inputs[0] === INGEST_QUERY) await released;
    return insert(...inputs);
  };
  const waiting = await acknowledge(1);
  expect(await metric(collector, 'project_lag_records')).toBe(3 * RUNS);

  const unhindered: Engine = new Proxy(engine, {
    get: (target, name) => {
      if (name === 'insert') return insert;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  let late: Promise<string[]> | undefined;
  const prices = await openPriceBook(unhindered, () => {});
  const records = await rebuild(unhindered, prices, () => {
    late ??= acknowledge(2);
  });
  expect(records).toBeGreaterThanOrEqual(6 * RUNS);
  const held = await collector.query<{ run_id: string }>(
    "SELECT run_id FROM runs WHERE NOT startsWith(run_id, 'run-2-') AND span_count = 3 AND input_tokens = 30 ORDER BY run_id",
  );
  expect(held.map((row) => row.run_id)).toEqual([...settled, ...waiting].sort());

  release();
  const all = [...settled, ...waiting, ...((await late) ?? [])];
  expect(all).toHaveLength(3 * RUNS);
  await collector.settled();
  await expectOnce(collector, all);
});

test('a rebuild after a collector that was killed while it lagged behind, and the next start, come to the same', async () => {
  const killed = await CollectorProcess.start();
  try {
    await Promise.all(Array.from({ length: RUNS }, (_, index) => killed.deliver(bodyOf(0, index))));
    await killed.kill();
    expect(await killed.command('rebuild')).toContain(`Rebuilt from ${3 * RUNS} records`);
    await killed.start();
    const { watermark } = await killed.get<Status>('/v1/status');
    await killed.settled();
    const runs = Array.from({ length: RUNS }, (_, index) => `run-0-${index}`);
    await expectOnce(killed, runs);
    await killed.deliver(bodyOf(1, 0));
    await killed.settled();
    await expectOnce(killed, [...runs, 'run-1-0']);
    expect(BigInt((await killed.get<Status>('/v1/status')).watermark) > BigInt(watermark)).toBe(true);
  } finally {
    await killed.stop();
  }
});
