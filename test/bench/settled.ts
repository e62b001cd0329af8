import { setTimeout as delay } from 'node:timers/promises';
import type { CollectorProcess } from '../faults/ledger-process.ts';

/** Longest wait for the settling pass and for merges. */
const MOST_MS = 180_000;

/**
 * Waits until the collector has settled all that is acknowledged, then until the engine has no merge at work, so that the work which a
 * load leaves behind is counted with it and not with the next.
 * @param mergesMs longest wait for merges; default 3 minutes
 * @returns milliseconds until all was settled
 * @throws {Error} when it has not settled after three minutes
 */
export async function settled(collector: CollectorProcess, mergesMs = MOST_MS): Promise<number> {
  const begin = performance.now();
  const until = begin + MOST_MS;
  for (;;) {
    const status = (await (await fetch(`${collector.url}/v1/status`)).json()) as { watermark: string; settled: string };
    if (BigInt(status.settled) >= BigInt(status.watermark)) break;
    if (performance.now() > until) throw new Error('the collector has not settled after three minutes');
    await delay(50);
  }
  const settledMs = performance.now() - begin;
  await mergesDone(collector, mergesMs);
  return settledMs;
}

/** Waits until the engine has no merge at work. */
export async function mergesDone(collector: CollectorProcess, mostMs = MOST_MS): Promise<void> {
  const until = performance.now() + mostMs;
  // Between two merges there are moments without any.
  for (let quiet = 0; quiet < 5 && performance.now() < until; ) {
    const [row] = await collector.query<{ merges: string }>('SELECT count() AS merges FROM system.merges');
    quiet = row?.merges === '0' ? quiet + 1 : 0;
    await delay(100);
  }
}

/**
 * Waits until the collector has rolled up every day, as it does half a minute after the last write to it.
 * @throws {Error} when for three minutes no further day was rolled up
 */
export async function rolledUp(collector: CollectorProcess): Promise<void> {
  let until = performance.now() + MOST_MS;
  for (let before = ''; ; ) {
    const [row] = await collector.query<{ left: string }>(
      `SELECT count() AS left FROM (
        SELECT DISTINCT table AS source, toDate(partition) AS event_date FROM system.parts
        WHERE active AND table IN ('span_rows', 'step_rows')
        EXCEPT SELECT source, event_date FROM rolled_days)`,
    );
    const left = row?.left ?? '';
    if (left === '0') return;
    if (left !== before) until = performance.now() + MOST_MS;
    if (performance.now() > until) throw new Error(`${left} days are not rolled up after three minutes`);
    before = left;
    await delay(500);
  }
}
