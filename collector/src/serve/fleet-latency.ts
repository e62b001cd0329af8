import { executedRows, ofNames } from './executed-rows.ts';
import { latencyAggregates } from './latency.ts';
import { isOf, readRolledDays } from './rolled-days.ts';
import { from, join, type Sql, sql } from './sql.ts';
import type { Read } from './store.ts';
import { startedWithin, type TimeRange } from './time-range.ts';

const DAY = 86_400_000;

/** Of which steps the latencies are asked. */
export interface LatencyQuestion {
  /** Steps that started in it. */
  readonly steps: TimeRange;
  readonly agent: string | undefined;
  readonly node: string | undefined;
  readonly workflow?: string | undefined;
  /** Columns by which they are grouped: `node_id`, or `agent_name, node_id`. */
  readonly by: Sql;
}

/** A query of one row a group, with the fields of a latency and `sla_met_count`, `sla_missed_count`, and how exact its percentiles are. */
export interface LatencyRows {
  readonly rows: Sql;
  /** Most that a percentile may be off, relative to itself; 0 for exact. */
  readonly percentileError: number;
}

/**
 * Makes the query of latencies over a range. Up to a day percentiles are exact. Over more, whole days are read as they were rolled up
 * and the rest from the steps, and percentiles come from a sketch, whether or not a day is rolled up: so an answer does not change when one is.
 * Sums of days know no workflows: one that is asked for is read from the steps, exactly.
 */
export async function latencyRows(read: Read, question: LatencyQuestion): Promise<LatencyRows> {
  const { steps, workflow, by } = question;
  const ofSteps = [startedWithin(steps), ...ofNames(question)];
  const days = await readRolledDays(read, 'step_rows', steps);
  if (steps.to - steps.from <= DAY || workflow !== undefined) {
    const rows = sql`
      SELECT ${by}, ${latencyAggregates()}, countIf(sla_met) AS sla_met_count, countIf(NOT sla_met) AS sla_missed_count
      FROM (${executedRows(days, ofSteps)}) GROUP BY ${by}`;
    return { rows, percentileError: 0 };
  }
  const isWhole = (day: string): boolean => Date.parse(day) >= steps.from && Date.parse(day) + DAY <= steps.to;
  const whole = days.rolled.filter(({ day }) => isWhole(day));
  const cut = days.rolled.filter(({ day }) => !isWhole(day));
  const ofDays = sql`
    SELECT agent_name, node_id, count, error_count, min_ms, max_ms, total_ms, sla_met_count, sla_missed_count, durations
    FROM ${from('latency_days')} WHERE ${join([isOf(whole), ...ofNames(question)], sql` AND `)}`;
  const ofRest = sql`
    SELECT
      agent_name, node_id, count() AS count, countIf(failed) AS error_count, min(duration_ms) AS min_ms,
      max(duration_ms) AS max_ms, sumKahan(duration_ms) AS total_ms, countIf(sla_met) AS sla_met_count,
      countIf(NOT sla_met) AS sla_missed_count, quantilesDDState(0.01, 0.5, 0.95, 0.99)(duration_ms) AS durations
    FROM (${executedRows(days, ofSteps, cut)})
    GROUP BY agent_name, node_id`;
  const rows = sql`
    SELECT
      ${by}, sum(count) AS count,
      round(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations)[1], 6) AS p50_ms,
      round(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations)[2], 6) AS p95_ms,
      round(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations)[3], 6) AS p99_ms,
      min(min_ms) AS min_ms, max(max_ms) AS max_ms, round(sumKahan(total_ms) / sum(count), 6) AS mean_ms,
      sum(error_count) AS error_count, sum(sla_met_count) AS sla_met_count, sum(sla_missed_count) AS sla_missed_count
    FROM (${cut.length === 0 && !days.hasMore ? ofDays : sql`${ofDays} UNION ALL ${ofRest}`})
    GROUP BY ${by}`;
  return { rows, percentileError: 0.01 };
}
