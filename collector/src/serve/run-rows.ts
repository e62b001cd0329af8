import { badParameter } from './errors.ts';
import type { Position } from './page-token.ts';
import { from, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';

/** The condition that a row belongs to the run. */
export function inRun(runId: string): Sql {
  return sql`run_id = ${value('String', runId)}`;
}

/**
 * The condition that a row belongs to the run, for relations with an `event_date`: it names the days on which the run has rows, since
 * each day is a partition and each look into one takes its time.
 */
export async function inDaysOfRun(read: Read, runId: string): Promise<Sql> {
  const traces = sql`SELECT trace_id FROM ${from('run_traces')} WHERE ${inRun(runId)}`;
  // A trace's rows may have come to the run only once it was settled.
  const rows = await read<{ day: string }>(sql`
    SELECT DISTINCT event_date AS day FROM ${from('run_traces')} WHERE ${inRun(runId)}
    UNION DISTINCT
    SELECT DISTINCT event_date AS day FROM ${from('trace_days')} WHERE trace_id IN (${traces})`);
  const days = rows.map((row) => row.day);
  return sql`${inRun(runId)} AND event_date IN ${value('Array(Date)', days)}`;
}

/**
 * The condition that a row comes after a position in the order start_time, cursor.
 * @throws {ApiError} `BAD_PARAMETER` when the position is one of another list
 */
export function afterPosition(position: Position | undefined): Sql {
  if (position === undefined) return sql`true`;
  if (!/^\d{1,20}$/.test(position.key)) throw badParameter('page_token', 'must be of an earlier answer of this list.');
  const { time, key } = position;
  return sql`(start_time, cursor) > (fromUnixTimestamp64Nano(${value('Int64', time)}, 'UTC'), ${value('UInt64', key)})`;
}
