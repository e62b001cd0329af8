import { runNotFound } from './errors.ts';
import { inRun } from './run-rows.ts';
import { columns, from, type Sql, sql, value } from './sql.ts';
import type { Read, Row } from './store.ts';

/** A run, as settling found it. */
export interface FoundRun {
  /** The columns of the view `runs` that were asked for. */
  readonly row: Row;
  /**
   * The condition that a row belongs to the run, for relations with an `event_date`. It names the run's days, since each day is a
   * partition and each look into one takes its time. A row that started far from its arrival stands in 1970-01-01.
   */
  readonly inRun: Sql;
  /** True when steps of it were decided and will have no outcome. */
  readonly hasLostSteps: boolean;
}

interface Bounds {
  readonly first_day: string;
  readonly last_day: string;
  readonly has_lost_steps: boolean;
}

/**
 * Finds a run of the tenant.
 * @param names columns of the view `runs` to read
 * @throws {ApiError} `RUN_NOT_FOUND`
 */
export async function findRun(read: Read, runId: string, names: readonly string[] = ['run_id']): Promise<FoundRun> {
  const rows = await read<Row & Bounds>(sql`
    SELECT ${columns(names)},
      toDate(start_time) AS first_day, toDate(end_time) AS last_day, CAST(ended AND open_steps > 0 AS Bool) AS has_lost_steps
    FROM ${from('runs')} WHERE ${inRun(runId)} LIMIT 1`);
  if (rows[0] === undefined) throw runNotFound(runId);
  const { first_day, last_day, has_lost_steps: hasLostSteps, ...row } = rows[0];
  const days = sql`event_date BETWEEN ${value('Date', first_day)} AND ${value('Date', last_day)}`;
  return { row, inRun: sql`${inRun(runId)} AND (${days} OR event_date = toDate('1970-01-01'))`, hasLostSteps };
}
