import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';
import { randomOf } from '../property/otlp-wire.ts';
import { AS_BUILT, CollectorProcess, FROM_SOURCE } from './ledger-process.ts';
import { expectOnce, IS_LONG, RunsUnderLoad, SEED } from './runs-under-load.ts';

const BLOWS = IS_LONG ? 30 : 2;
const CLIENTS = 4;
const MOST_MS = 300;

let server: TestEngine;
let collectors: readonly CollectorProcess[];
beforeAll(async () => {
  server = await startTestEngine();
  const flags = ['--clickhouse-url', `${server.engine.url}/spanledger`];
  // Both at once: the schema is made under a lock, and each takes an origin of its own.
  collectors = await Promise.all([0, 1].map(() => CollectorProcess.start(IS_LONG ? AS_BUILT : FROM_SOURCE, flags)));
});
afterAll(async () => {
  for (const collector of collectors) await collector.stop();
  await server.stop();
});

test(
  `two collectors into one engine, killed ${BLOWS} times in all, lose nothing (seed ${SEED})`,
  async () => {
    const random = randomOf(SEED);
    const load = new RunsUnderLoad(collectors, CLIENTS);
    const times: number[] = [];
    for (let blow = 0; blow < BLOWS; blow++) {
      await load.next();
      await delay(random() * MOST_MS);
      const victim = collectors[blow % 2] as CollectorProcess;
      const begin = performance.now();
      await victim.kill();
      await victim.start();
      times.push(performance.now() - begin);
    }
    await load.next();
    const acknowledged = await load.stop();
    for (const collector of collectors) await collector.settled();
    times.sort((left, right) => left - right);
    const [median, most] = [times[times.length >> 1] ?? 0, times.at(-1) ?? 0];
    console.info(
      `${acknowledged.length} runs; a killed one was back after ${median | 0} ms (median), at most ${most | 0} ms`,
    );
    const [first] = collectors;
    await expectOnce(first as CollectorProcess, acknowledged);
    expect(await first?.query('SELECT uniqExact(origin) AS origins FROM ledger')).toEqual([{ origins: '2' }]);
  },
  BLOWS * 20_000 + 60_000,
);
