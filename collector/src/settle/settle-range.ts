import type { Engine } from '../engine/engine-contract.ts';
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
 * @param onProgress called with the cursor up to which the range is settled
 */
export async function settleRange(
  engine: Engine,
  prices: PriceBook,
  range: LedgerRange,
  onProgress: (cursor: bigint) => void = () => {},
): Promise<RangeCount> {
  let records = 0;
  let duplicates = 0;
  let conflicts = 0;
  for (let first = range.first; first <= range.last; ) {
    const { traces, last } = await readTouched(engine, { ...range, first }, TOUCHED_AT_ONCE);
    const window = { origin: range.origin, first, last };
    let corrected = await correctTouched(engine, window, traces);
    // The first calls of a model are written before its price is looked up.
    if (await prices.meet(corrected.unpriced)) {
      await rederive(engine, window);
      corrected = await correctTouched(engine, window, traces);
    }
    const found = await findRepetitions(engine, window, corrected.spans);
    for (const [tenant, ofTenant] of corrected.runs) await settleRuns(engine, tenant, ofTenant);
    records += found.records;
    duplicates += found.duplicates;
    conflicts += found.conflicts;
    onProgress(last);
    first = last + 1n;
  }
  return { records, duplicates, conflicts };
}
