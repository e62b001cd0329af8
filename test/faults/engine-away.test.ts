import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryOf } from '../bench/process-usage.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';
import { impatientLoad } from './impatient-load.ts';
import { CollectorProcess, FROM_SOURCE, type Status } from './ledger-process.ts';
import { Relay } from './relay.ts';
import { bodyOf, expectOnce, IS_LONG } from './runs-under-load.ts';

const SECONDS = IS_LONG ? 60 : 2;
const CLIENTS = 16;
/** How much more memory the collector may take at most while the engine is away. */
const MOST_GROWTH = 200 << 20;

let server: TestEngine;
let relay: Relay;
let collector: CollectorProcess;
beforeAll(async () => {
  server = await startTestEngine();
  relay = new Relay(server.engine.url);
  await relay.open();
  collector = await CollectorProcess.start(FROM_SOURCE, ['--clickhouse-url', `${relay.url}/spanledger`]);
});
afterAll(async () => {
  await collector.stop();
  await relay.cut();
  await server.stop();
});

test('while the engine is away requests get 503 in bounded memory, and then the collector goes on by itself', async () => {
  await Promise.all([0, 1, 2, 3].map((index) => collector.deliver(bodyOf(0, index))));
  const before = memoryOf(collector.pid).resident;
  // What was just acknowledged is not in the derived tables yet.
  await relay.cut();
  const { statuses, withoutWait, codes } = await impatientLoad(collector.url, CLIENTS, SECONDS);
  expect([Object.keys(statuses), withoutWait, [...codes]]).toEqual([['503'], 0, ['STORE_UNAVAILABLE']]);
  await expect
    .poll(async () => (await collector.get<Status>('/v1/status')).refusing, { timeout: 20_000 })
    .toBe('STORE_UNAVAILABLE');
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(503);
  const growth = memoryOf(collector.pid).peak - before;
  console.info(`${statuses[503]} answers, memory grew by ${(growth / 1e6) | 0} MB at most`);
  expect(growth).toBeLessThan(MOST_GROWTH);

  await relay.open();
  await collector.deliver(bodyOf(1, 0));
  await collector.settled();
  await expectOnce(collector, ['run-0-0', 'run-0-1', 'run-0-2', 'run-0-3', 'run-1-0']);
});
