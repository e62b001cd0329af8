import { storedTable } from '../engine/cluster.ts';
import type { Engine } from '../engine/engine-contract.ts';
import type { Partition } from './partitions.ts';
import type { ExpiringTable } from './table-classes.ts';

/** What was taken out of a table. */
export interface TakenOut {
  readonly table: ExpiringTable;
  readonly partitionId: string;
  /** True for a whole partition. */
  readonly whole: boolean;
  readonly rows: number;
}

interface CursorRanges {
  readonly origins: readonly number[];
  readonly first_cursors: readonly string[];
  readonly last_cursors: readonly string[];
}

/** Drops a partition. What is in it is noted in `retention_log` before. */
export async function dropPartition(
  engine: Engine,
  table: ExpiringTable,
  partition: Partition,
  firstKept: string,
): Promise<TakenOut> {
  const { id, rows, bytes } = partition;
  await note(engine, table, id, firstKept, { whole: true, rows, bytes }, 'true');
  await engine.client.command({
    query: `ALTER TABLE ${storedTable(engine, table.table)} DROP PARTITION ID '${id}'`,
    // The server's own limit is against slips of the hand.
    clickhouse_settings: { max_partition_size_to_drop: '0' },
  });
  return { table, partitionId: id, whole: true, rows };
}

/** Takes the rows of a partition out that arrived before a day, if there are any. For partitions that still get rows. */
export async function deleteExpired(
  engine: Engine,
  table: ExpiringTable,
  partition: Partition,
  firstKept: string,
): Promise<TakenOut | undefined> {
  const { id } = partition;
  const expired = `${table.arrival} < toDateTime64('${firstKept}', 9, 'UTC')`;
  const result = await engine.client.query({
    query: `SELECT count() AS rows FROM ${storedTable(engine, table.table)} WHERE _partition_id = '${id}' AND ${expired}`,
    format: 'JSONEachRow',
  });
  const [found] = await result.json<{ rows: string }>();
  const rows = Number(found?.rows ?? 0);
  if (rows === 0) return undefined;
  await note(engine, table, id, firstKept, { whole: false, rows, bytes: 0 }, expired);
  await engine.client.command({
    query: `ALTER TABLE ${storedTable(engine, table.table)} DELETE IN PARTITION ID '${id}' WHERE ${expired}`,
    clickhouse_settings: { mutations_sync: '1' },
  });
  return { table, partitionId: id, whole: false, rows };
}

async function note(
  engine: Engine,
  { table, tableClass, hasCursors }: ExpiringTable,
  id: string,
  firstKept: string,
  what: { whole: boolean; rows: number; bytes: number },
  condition: string,
): Promise<void> {
  const ranges = hasCursors === true ? await readCursors(engine, table, id, condition) : {};
  await engine.client.insert({
    table: 'retention_log',
    format: 'JSONEachRow',
    values: [
      {
        dropped_at: Date.now(),
        class: tableClass,
        table_name: table,
        partition_id: id,
        before_day: firstKept,
        ...what,
        ...ranges,
      },
    ],
  });
}

async function readCursors(engine: Engine, table: string, id: string, condition: string): Promise<CursorRanges> {
  const result = await engine.client.query({
    query: `SELECT groupArray(origin) AS origins, groupArray(toString(least_cursor)) AS first_cursors,
        groupArray(toString(greatest_cursor)) AS last_cursors
      FROM (
        SELECT origin, min(cursor) AS least_cursor, max(cursor) AS greatest_cursor
        FROM ${storedTable(engine, table)} WHERE _partition_id = '${id}' AND ${condition} GROUP BY origin ORDER BY origin)`,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<CursorRanges>();
  return row ?? { origins: [], first_cursors: [], last_cursors: [] };
}
