import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectorProcess, type Status } from './ledger-process.ts';
import { bodyOf, expectOnce } from './runs-under-load.ts';

const RUNS = 40;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector.stop());

async function spansIn(table: string): Promise<number> {
  const [row] = await collector.query<{ spans: string }>(`SELECT count() AS spans FROM ${table}`);
  return Number(row?.spans);
}

test('a collector that was killed while it lagged behind says so after its start, until the views have it all', async () => {
  const runs = Array.from({ length: RUNS }, (_, index) => `run-0-${index}`);
  await Promise.all(runs.map((_, index) => collector.deliver(bodyOf(0, index))));
  await collector.kill();
  await collector.start();
  for (;;) {
    const { watermark, projected } = await collector.get<Status>('/v1/status');
    expect(BigInt(projected) <= BigInt(watermark)).toBe(true);
    if (BigInt(projected) < BigInt(watermark)) continue;
    expect(await spansIn('spans')).toBe(3 * RUNS);
    break;
  }
  await collector.settled();
  await expectOnce(collector, runs);
  // What was settled before is not derived anew: only the tail of another kill is.
  await collector.deliver(bodyOf(1, 0));
  await collector.kill();
  await collector.start();
  await collector.settled();
  await expectOnce(collector, [...runs, 'run-1-0']);
});
