import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomOf } from '../property/otlp-wire.ts';
import { AS_BUILT, CollectorProcess, FROM_SOURCE } from './ledger-process.ts';
import { expectAscending, expectOnce, IS_LONG, RunsUnderLoad, SEED, watermarkOf } from './runs-under-load.ts';

// Blows at random moments under load: 3 of them here, 100 in the long form (npm run test:long), as many as KILLS says. The long form
// runs what users run, the built code, and asks for its restart within 5 s.

const BLOWS = Number(process.env['KILLS'] ?? (IS_LONG ? 100 : 3));
const CLIENTS = 4;
const VICTIMS = ['collector', 'engine', 'both'] as const;
/** Longest time between an acknowledgement and the next blow. */
const MOST_MS = 400;
const MOST_RESTART_MS = 5000;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start(IS_LONG ? AS_BUILT : FROM_SOURCE);
});
afterAll(() => collector.stop());

/** Kills, starts again what does not start by itself, and gives the milliseconds until the first acceptance. */
async function strike(victim: (typeof VICTIMS)[number], load: RunsUnderLoad): Promise<number> {
  const killed = collector.enginePid;
  const begin = performance.now();
  if (victim !== 'collector') collector.killEngine();
  if (victim !== 'engine') {
    await collector.kill();
    await collector.start();
  }
  await load.next();
  const milliseconds = performance.now() - begin;
  await expect.poll(() => collector.enginePid, { interval: 10, timeout: 20_000 }).not.toBe(killed);
  return milliseconds;
}

test(
  `after ${BLOWS} kills every acknowledged span is there and counts once (seed ${SEED})`,
  async () => {
    const random = randomOf(SEED);
    const load = new RunsUnderLoad([collector], CLIENTS);
    const times: { victim: string; milliseconds: number }[] = [];
    let watermark = 0n;
    for (let blow = 0; blow < BLOWS; blow++) {
      const victim = VICTIMS[(IS_LONG ? Math.floor(random() * 3) : blow) % 3] ?? 'both';
      await load.next();
      await delay(random() * MOST_MS);
      const before = (await watermarkOf(collector)) ?? 0n;
      const milliseconds = await strike(victim, load);
      times.push({ victim, milliseconds });
      if (milliseconds > MOST_RESTART_MS) {
        console.info(
          `${victim}: ${Math.round(milliseconds)} ms until the first acceptance\n${collector.phases.join('\n')}`,
        );
      }
      watermark = (await watermarkOf(collector)) ?? 0n;
      expect(watermark >= before, `the watermark went back from ${before} to ${watermark}`).toBe(true);
    }
    const acknowledged = await load.stop();
    await collector.settled();
    await expectOnce(collector, acknowledged);
    await expectAscending(collector);
    expect(await collector.query('SELECT uniqExact(origin) AS origins FROM ledger')).toEqual([{ origins: '1' }]);
    const metrics = await (await fetch(`${collector.url}/metrics`)).text();
    expect(metrics).toMatch(/^spanledger_records_lost_total 0$/m);
    for (const victim of VICTIMS) {
      const of = times.filter((time) => time.victim === victim).map((time) => Math.round(time.milliseconds));
      of.sort((left, right) => left - right);
      const [median, most] = [of[of.length >> 1], of.at(-1)];
      console.info(`${victim}: ${of.length} kills, first acceptance after ${median} ms (median), at most ${most} ms`);
    }
    console.info(`${acknowledged.length} runs were acknowledged`);
    if (IS_LONG) expect(Math.max(...times.map((time) => time.milliseconds))).toBeLessThan(MOST_RESTART_MS);
  },
  BLOWS * 20_000 + 60_000,
);
