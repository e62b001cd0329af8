import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Cluster, startCluster } from '../cluster-fixture.ts';
import { randomId, toBinary, traceBody } from '../otlp/bodies.ts';
import { CollectorProcess } from './ledger-process.ts';
import { governed, operation } from './ledger-scenes.ts';

const KILLS = 3;
/** Requests between two kills. */
const REQUESTS = 30;

let cluster: Cluster;
let collector: CollectorProcess;
beforeAll(async () => {
  cluster = await startCluster();
  const flags = Object.entries(cluster.flags(0)).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`);
  collector = await CollectorProcess.start(undefined, flags);
}, 120_000);
afterAll(async () => {
  await collector.stop();
  await cluster.stop();
}, 60_000);

async function ask(sql: string): Promise<string> {
  const [, second] = cluster.servers;
  const settings = 'database=spanledger&distributed_product_mode=global';
  const response = await fetch(`${second.url}/?${settings}`, { method: 'POST', body: sql });
  return (await response.text()).trim();
}

test('of a collector on a cluster that is killed under load every acknowledged record is there once', async () => {
  let sent = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const delivered = Array.from({ length: REQUESTS }, async () => {
      const trace = randomId();
      const run = `killed-${sent++}`;
      const spans = [
        governed({ run, step: 's' }, { trace, id: 1 }),
        operation('chat', { trace, id: 2, parent: 1 }, { input: 3, cost: 0.1 }),
      ];
      await collector.deliver(toBinary(traceBody(spans)));
    });
    await Promise.race(delivered);
    await collector.kill();
    await collector.start();
    await Promise.all(delivered);
  }
  const whole = `${sent * 2}\t${sent}\t${sent * 3}`;
  await vi.waitFor(
    async () => {
      expect(await ask('SELECT count(), uniqExact(trace_id), sum(input_tokens) FROM spans')).toBe(whole);
      expect(await ask('SELECT count(), sum(span_count), sum(input_tokens) FROM runs')).toBe(
        `${sent}\t${sent * 2}\t${sent * 3}`,
      );
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(Number(await ask('SELECT count() FROM ledger'))).toBeGreaterThanOrEqual(sent * 2);
}, 200_000);
