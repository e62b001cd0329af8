import { latencyAggregates } from './latency.ts';
import { ofAgentAndNode } from './sla-rows.ts';
import { from, fromShared, join, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';
import { moment, startedWithin, type TimeRange } from './time-range.ts';

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
 * Roll-ups know no workflows: one that is asked for is read from the steps, exactly.
 */
export async function latencyRows(read: Read, question: LatencyQuestion): Promise<LatencyRows> {
  const { steps, workflow, by } = question;
  const ofSteps = [startedWithin(steps), ...filtersOf(question)];
  if (steps.to - steps.from <= DAY || workflow !== undefined) {
    const rows = sql`
      SELECT ${by}, ${latencyAggregates}, countIf(sla_met) AS sla_met_count, countIf(NOT sla_met) AS sla_missed_count
      FROM ${from('executed_steps')} WHERE ${join(ofSteps, sql` AND `)} GROUP BY ${by}`;
    return { rows, percentileError: 0 };
  }
  const rolled = await readRolledDays(read, steps);
  const days = value('Array(Date)', rolled.days);
  const ofDays = [sql`version IN ${value('Array(UInt64)', rolled.versions)}`, ...filtersOf(question)];
  const rows = sql`
    SELECT
      ${by}, sum(count) AS count,
      round(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations)[1], 6) AS p50_ms,
      round(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations)[2], 6) AS p95_ms,
      round(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations)[3], 6) AS p99_ms,
      min(min_ms) AS min_ms, max(max_ms) AS max_ms, round(sumKahan(total_ms) / sum(count), 6) AS mean_ms,
      sum(error_count) AS error_count, sum(sla_met_count) AS sla_met_count, sum(sla_missed_count) AS sla_missed_count
    FROM (
      SELECT agent_name, node_id, count, error_count, min_ms, max_ms, total_ms, sla_met_count, sla_missed_count, durations
      FROM ${from('latency_days')} WHERE ${join(ofDays, sql` AND `)}
      UNION ALL
      SELECT
        agent_name, node_id, count() AS count, countIf(failed) AS error_count, min(duration_ms) AS min_ms,
        max(duration_ms) AS max_ms, sumKahan(duration_ms) AS total_ms, countIf(sla_met) AS sla_met_count,
        countIf(NOT sla_met) AS sla_missed_count, quantilesDDState(0.01, 0.5, 0.95, 0.99)(duration_ms) AS durations
      FROM ${from('executed_steps')} WHERE ${join([...ofSteps, sql`event_date NOT IN ${days}`], sql` AND `)}
      GROUP BY agent_name, node_id
    )
    GROUP BY ${by}`;
  return { rows, percentileError: 0.01 };
}

function filtersOf({ agent, node, workflow }: LatencyQuestion): Sql[] {
  return [
    ...ofAgentAndNode(agent, node),
    ...(workflow === undefined ? [] : [sql`workflow_name = ${value('String', workflow)}`]),
  ];
}

/**
 * Days of the range that are whole in it and rolled up. A version that stands now is kept for two minutes after the next stands, so that
 * both the days and their versions can be named in a second query. A version is microseconds since 1970, which a number holds.
 */
async function readRolledDays(
  read: Read,
  { from: start, to: end }: TimeRange,
): Promise<{ days: string[]; versions: number[] }> {
  const first = moment(Math.ceil(start / DAY) * DAY);
  const after = moment(Math.floor(end / DAY) * DAY);
  const rows = await read<{ day: string; version: number }>(sql`
    SELECT event_date AS day, version FROM ${fromShared('rolled_days')}
    WHERE source = 'step_rows' AND event_date >= toDate(${first}) AND event_date < toDate(${after})`);
  return { days: rows.map((row) => row.day), versions: rows.map((row) => row.version) };
}
