import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryOf } from '../bench/process-usage.ts';
import { impatientLoad, SPANS } from './impatient-load.ts';
import { AS_BUILT, CollectorProcess, FROM_SOURCE } from './ledger-process.ts';
import { MemoryOverTime } from './memory-over-time.ts';
import { IS_LONG } from './runs-under-load.ts';

const SECONDS = IS_LONG ? 60 : 2;
const IN_FLIGHT = 4 << 20;
/** Ten times as many requests at once as the collector has room for. */
const CLIENTS = 100;
/** Most resident memory of the collector: what it takes at rest, bodies at work, and rows that wait for the derived tables. */
const MOST_BYTES = 600 << 20;
const MOST_ENGINE_BYTES = 2 ** 31;
/** In the long form: how much more the collector and the engine may hold on average in the last quarter than in the one before. */
const MOST_GROWTH = 40 << 20;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start(IS_LONG ? AS_BUILT : FROM_SOURCE, [
    ...['--max-in-flight-bytes', String(IN_FLIGHT), '--clickhouse-memory', String(MOST_ENGINE_BYTES)],
  ]);
});
afterAll(() => collector.stop());

test(
  `${SECONDS} s of tenfold overload are answered 200, 429 and 503, in bounded memory, and what was acknowledged is there`,
  async () => {
    const memory = new MemoryOverTime([collector.pid, collector.enginePid]);
    const { statuses, withoutWait, codes } = await impatientLoad(collector.url, CLIENTS, SECONDS);
    memory.stop();
    expect(Object.keys(statuses).filter((status) => !['200', '429', '503'].includes(status))).toEqual([]);
    expect([withoutWait, [...codes]]).toEqual([0, ['OVERLOADED']]);
    const [peak, enginePeak] = [collector.pid, collector.enginePid].map((pid) => memoryOf(pid).peak);
    const spans = SPANS * (statuses[200] ?? 0);
    console.info(
      `${JSON.stringify(statuses)}, peaks ${((peak ?? 0) / 1e6) | 0} and ${((enginePeak ?? 0) / 1e6) | 0} MB`,
      `over time, MB: collector ${memory.shown().join('; engine ')}`,
    );
    expect(spans).toBeGreaterThan(0);
    expect(peak).toBeLessThan(MOST_BYTES);
    expect(enginePeak).toBeLessThan(MOST_ENGINE_BYTES);
    if (IS_LONG) for (const growth of memory.growth()) expect(growth).toBeLessThan(MOST_GROWTH);
    await collector.settled();
    expect(await collector.query('SELECT count() AS held, uniqExact(cursor) AS cursors FROM ledger')).toEqual([
      { held: String(spans), cursors: String(spans) },
    ]);
    expect(await collector.query('SELECT count() AS spans FROM spans')).toEqual([{ spans: String(spans) }]);
  },
  SECONDS * 20_000 + 60_000,
);
