import { badParameter } from './errors.ts';
import type { Position } from './page-token.ts';
import { type Sql, sql, value } from './sql.ts';

/** The condition that a row belongs to the run. */
export function inRun(runId: string): Sql {
  return sql`run_id = ${value('String', runId)}`;
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
