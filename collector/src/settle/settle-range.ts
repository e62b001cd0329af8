import type { Engine } from '../engine/engine-contract.ts';
import { ReplicaWatch } from '../engine/replica-watch.ts';
import type { PriceBook } from '../price/price-book.ts';
import type { LedgerRange } from '../project/read-canonical.ts';
import { rederive } from '../project/rederive.ts';
import { correctTouched } from './correct-touched.ts';
import { findRepetitions, type RangeCount } from './find-repetitions.ts';
import { readTouched } from './read-touched.ts';
import { settleRuns } from './settle-runs.ts';

/** Traces and runs that are read from the to-do list at once. */
const TOUCHED_AT_ONCE = 5000;

/**
 * Settles all that the records of a range touched, window by window.
 *
 * @param onSettled called with the last cursor of each window, and what it holds
 */
export async function settleRange(
  engine: Engine,
  prices: PriceBook,
  range: LedgerRange,
  onSettled: (last: bigint, count: RangeCount) => void = () => {},
): Promise<void> {
  for (let first = range.first; first <= range.last; ) {
    const replicas = new ReplicaWatch(engine);
    await replicas.wait();
    const { traces, last } = await readTouched(engine, { ...range, first }, TOUCHED_AT_ONCE);
    const window = { origin: range.origin, first, last };
    let corrected = await correctTouched(engine, replicas, window, traces);
    // The first calls of a model are written before its price is looked up.
    if (await prices.meet(corrected.unpriced)) {
      await rederive(engine, window);
      await replicas.wait();
      corrected = await correctTouched(engine, replicas, window, traces);
    }
    const found = await findRepetitions(engine, window, corrected.spans);
    await replicas.wait();
    for (const [tenant, ofTenant] of corrected.runs) await settleRuns(engine, tenant, ofTenant);
    // What is settled shows on whichever replica is asked.
    await replicas.wait();
    onSettled(last, found);
    first = last + 1n;
  }
}
