import { runNotFound } from './errors.ts';
import { inRun } from './run-rows.ts';
import { fromWhere, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';

/** A run, as settling found it. */
export interface FoundRun {
  readonly runId: string;
  /**
   * The condition that a row belongs to the run, for relations with an `event_date`. It names the run's days, since each day is a
   * partition and each look into one takes its time. A row that started far from its arrival stands in 1970-01-01.
   */
  readonly inRun: Sql;
  /** True when steps of it were decided and have no outcome so far: once the run has ended they are lost. */
  readonly hasOpenSteps: boolean;
  /** Steps, as settling counted them. */
  readonly stepCount: number;
}

interface Bounds {
  readonly first_day: string;
  readonly last_day: string;
  readonly has_open_steps: boolean;
  readonly step_count: number;
}

/**
 * Finds a run of the tenant.
 * @throws {ApiError} `RUN_NOT_FOUND`
 */
export async function findRun(read: Read, runId: string): Promise<FoundRun> {
  const [bounds] = await read<Bounds>(sql`
    SELECT first_day, last_day, has_open_steps, step_count ${fromWhere('run_days', inRun(runId))} LIMIT 1`);
  if (bounds === undefined) throw runNotFound(runId);
  const days = sql`event_date BETWEEN ${value('Date', bounds.first_day)} AND ${value('Date', bounds.last_day)}`;
  return {
    runId,
    inRun: sql`${inRun(runId)} AND (${days} OR event_date = toDate('1970-01-01'))`,
    hasOpenSteps: bounds.has_open_steps,
    stepCount: bounds.step_count,
  };
}
