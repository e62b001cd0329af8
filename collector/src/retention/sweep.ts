import { storedTable } from '../engine/cluster.ts';
import type { Engine } from '../engine/engine-contract.ts';
import type { AssertHeld } from '../engine/table-lock.ts';
import { ODD_PARTITION, type Partition, partitionDay, readPartitions } from './partitions.ts';
import {
  dayOf,
  daysAfter,
  EXPIRING_TABLES,
  type ExpiringTable,
  firstKeptDay,
  type RetentionDays,
  TABLE_CLASSES,
} from './table-classes.ts';
import { deleteExpired, dropPartition, type TakenOut } from './take-out.ts';

/** Days after which no record gets an event day any more: 35 in sql/ingest/01_ingest_to_recorded.sql, two for clocks and slow inserts. */
const OPEN_DAYS = 37;

/** What a sweep works with. */
export interface SweepOptions {
  readonly days: RetentionDays;
  readonly now: Date;
  /** Throws when another collector has taken over. */
  readonly assertHeld: AssertHeld;
  /** Ends the sweep before its next step. */
  readonly signal: AbortSignal;
  readonly onTakenOut: (what: TakenOut) => void;
}

/**
 * Takes out what has expired on one server: whole partitions where all of one has, rows where a partition still gets others. Nothing is touched
 * that arrived on a day that is kept.
 */
export async function sweep(engine: Engine, options: SweepOptions): Promise<void> {
  const partitions = await readPartitions(engine);
  const tables = TABLE_CLASSES.flatMap((name) => EXPIRING_TABLES.filter((one) => one.tableClass === name));
  for (const table of tables) {
    const firstKept = firstKeptDay(options.now, options.days[table.tableClass]);
    if (firstKept === undefined) continue;
    for (const partition of partitions.filter((one) => one.table === table.table)) {
      const fate = await judge(engine, table, partition, firstKept, options.now);
      if (fate === 'keep') continue;
      if (options.signal.aborted) return;
      await options.assertHeld();
      const takeOut = fate === 'drop' ? dropPartition : deleteExpired;
      const taken = await takeOut(engine, table, partition, firstKept);
      if (taken !== undefined) options.onTakenOut(taken);
    }
  }
}

type Fate = 'keep' | 'drop' | 'delete expired';

async function judge(
  engine: Engine,
  table: ExpiringTable,
  partition: Partition,
  firstKept: string,
  now: Date,
): Promise<Fate> {
  switch (table.partitions) {
    case 'arrival day':
      return partitionDay(partition) < firstKept ? 'drop' : 'keep';
    case 'arrival month': {
      const month = firstKept.replaceAll('-', '').slice(0, 6);
      if (partition.id < month) return 'drop';
      return partition.id === month && table.arrival !== undefined ? 'delete expired' : 'keep';
    }
    case 'event day': {
      if (partition.id === ODD_PARTITION) return 'delete expired';
      // What started on a day that is kept, or up to two days before it, may have arrived before: then it goes with its day.
      const day = partitionDay(partition);
      if (day >= firstKept) return 'keep';
      // Rows can still come: dropping the partition could take one along that was not there when it was looked at.
      if (daysAfter(day, OPEN_DAYS) >= dayOf(now)) return 'delete expired';
      return (await hasKeptRows(engine, table, partition, firstKept)) ? 'keep' : 'drop';
    }
  }
}

/** Whether something in the partition arrived late enough to be kept. */
async function hasKeptRows(
  engine: Engine,
  table: ExpiringTable,
  partition: Partition,
  firstKept: string,
): Promise<boolean> {
  const result = await engine.client.query({
    query: `SELECT 1 FROM ${storedTable(engine, table.table)}
      WHERE _partition_id = '${partition.id}' AND ${table.arrival} >= toDateTime64('${firstKept}', 9, 'UTC') LIMIT 1`,
    format: 'JSONEachRow',
  });
  return (await result.json()).length > 0;
}
