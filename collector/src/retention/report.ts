import { z } from 'zod';
import type { Engine } from '../engine/engine-contract.ts';
import { type Disk, readDisk } from './disk.ts';
import { ODD_PARTITION, type Partition, partitionDay, readPartitions } from './partitions.ts';
import {
  daysAfter,
  EXPIRING_TABLES,
  firstKeptDay,
  type RetentionDays,
  TABLE_CLASSES,
  type TableClass,
} from './table-classes.ts';

/** What a class of tables holds, and until when. */
export interface ClassReport {
  readonly class: TableClass;
  readonly tables: readonly string[];
  /** Days after the day of arrival for which it is kept; 0 for ever. */
  readonly days: number;
  /** What arrived before this day has expired; null where everything is kept. */
  readonly first_kept_day: string | null;
  /** Oldest and newest day with a partition; null when there is none. */
  readonly oldest_day: string | null;
  readonly newest_day: string | null;
  readonly rows: number;
  /** Bytes on disk. */
  readonly bytes: number;
  /** When the oldest day can go; null when nothing is held or everything is kept. */
  readonly next_drop_at: string | null;
}

/** Something that was taken out. */
export interface DropReport {
  readonly dropped_at: string;
  readonly class: string;
  readonly table_name: string;
  readonly partition_id: string;
  readonly whole: boolean;
  readonly before_day: string;
  readonly rows: number;
  readonly bytes: number;
  readonly origins: readonly number[];
  readonly first_cursors: readonly string[];
  readonly last_cursors: readonly string[];
}

/** How long data are kept, what is held and what was taken out. */
export interface RetentionReport {
  readonly classes: readonly ClassReport[];
  /** Start of the last whole sweep of any collector; null when there was none. */
  readonly last_sweep_at: string | null;
  /** What was taken out last, the latest first. */
  readonly dropped: readonly DropReport[];
  readonly disk: Disk;
}

const MOST_DROPS = 100;

async function readAllPartitions({ shards }: Engine): Promise<Partition[]> {
  return (await Promise.all(shards.map(readPartitions))).flat();
}

/** Reads what is held, what was taken out last, and how much room is left. */
export async function readRetention(engine: Engine, days: RetentionDays, now: Date): Promise<RetentionReport> {
  const [partitions, dropped, last_sweep_at, disk] = await Promise.all([
    readAllPartitions(engine),
    readDrops(engine),
    readLastSweep(engine),
    readDisk(engine),
  ]);
  const classes = TABLE_CLASSES.map((name) => reportClass(name, partitions, days[name], now));
  return { classes, last_sweep_at, dropped, disk };
}

/** Rows and bytes on disk of each class. */
export async function readSizes(engine: Engine): Promise<{ class: TableClass; rows: number; bytes: number }[]> {
  const partitions = await readAllPartitions(engine);
  return TABLE_CLASSES.map((name) => ({ class: name, ...sizeOf(heldBy(name, partitions)) }));
}

function reportClass(name: TableClass, partitions: readonly Partition[], days: number, now: Date): ClassReport {
  const tables = EXPIRING_TABLES.filter((one) => one.tableClass === name).map((one) => one.table);
  const held = heldBy(name, partitions);
  const byDay = held.filter(({ id }) => id.length === 8 && id !== ODD_PARTITION).map(partitionDay);
  const [oldest_day = null, newest_day = oldest_day] = [byDay[0], byDay.at(-1)];
  const first_kept_day = firstKeptDay(now, days) ?? null;
  const goes = oldest_day !== null && days > 0 ? `${daysAfter(oldest_day, days + 1)}T00:00:00.000Z` : null;
  return { class: name, tables, days, first_kept_day, oldest_day, newest_day, ...sizeOf(held), next_drop_at: goes };
}

function heldBy(name: TableClass, partitions: readonly Partition[]): Partition[] {
  const tables = new Set(EXPIRING_TABLES.filter((one) => one.tableClass === name).map((one) => one.table));
  return partitions.filter((one) => tables.has(one.table));
}

function sizeOf(partitions: readonly Partition[]): { rows: number; bytes: number } {
  return {
    rows: partitions.reduce((sum, one) => sum + one.rows, 0),
    bytes: partitions.reduce((sum, one) => sum + one.bytes, 0),
  };
}

async function readDrops(engine: Engine): Promise<DropReport[]> {
  const result = await engine.client.query({
    query: `SELECT dropped_at, class, table_name, partition_id, whole, before_day, rows, bytes, origins,
        arrayMap(cursor -> toString(cursor), retention_log.first_cursors) AS first_cursors,
        arrayMap(cursor -> toString(cursor), retention_log.last_cursors) AS last_cursors
      FROM retention_log ORDER BY dropped_at DESC, table_name, partition_id LIMIT {most:UInt32}`,
    query_params: { most: MOST_DROPS },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, date_time_output_format: 'iso' },
  });
  return result.json<DropReport>();
}

const settings = z.array(z.object({ swept_at: z.string() }));

async function readLastSweep(engine: Engine): Promise<string | null> {
  const result = await engine.client.query({
    query: `SELECT argMax(value, updated_at) AS swept_at FROM settings WHERE name = 'retention_swept_at'`,
    format: 'JSONEachRow',
  });
  return settings.parse(await result.json())[0]?.swept_at || null;
}
