import { storedTable } from '../engine/cluster.ts';
import { DERIVED_TABLES } from '../engine/derived-tables.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { awaitReplicas } from '../engine/replica-watch.ts';
import type { PriceBook } from '../price/price-book.ts';
import { rederive } from '../project/rederive.ts';
import { readRanges } from './read-ranges.ts';
import { ROLL_TABLES } from './roll-days.ts';
import { settleRange } from './settle-range.ts';

/** How far a rebuild has come. */
export interface RebuildProgress {
  readonly phase: 'derive' | 'settle';
  readonly done: number;
  /** Records to derive in all; 0 where it is not known. */
  readonly total: number;
}

const EMPTIED_TABLES = [...DERIVED_TABLES, ...ROLL_TABLES];

/**
 * Empties the derived tables and fills them from the ledger again, to the same rows.
 *
 * @returns number of records read from the ledger
 */
export async function rebuild(
  engine: Engine,
  prices: PriceBook,
  onProgress: (progress: RebuildProgress) => void,
): Promise<number> {
  for (const shard of engine.shards) {
    for (const table of EMPTIED_TABLES) {
      await shard.client.command({ query: `TRUNCATE TABLE ${storedTable(shard, table)}` });
    }
  }
  await awaitReplicas(engine);
  const ranges = await readRanges(engine);
  const total = ranges.reduce((sum, range) => sum + range.records, 0);
  let done = 0;
  for (const range of ranges) {
    const before = done;
    done += await rederive(engine, range, (records) => onProgress({ phase: 'derive', done: before + records, total }));
  }
  let settled = 0;
  for (const range of ranges) {
    await settleRange(engine, prices, range, () => onProgress({ phase: 'settle', done: ++settled, total: 0 }));
  }
  return done;
}
