import { z } from 'zod';
import { executedRows, ofNames } from './executed-rows.ts';
import * as field from './fields.ts';
import { latencyAggregates, latencyFields } from './latency.ts';
import type { RolledDays } from './rolled-days.ts';
import { columns, from, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';
import { startedWithin, type TimeRange } from './time-range.ts';

const target = z.number().nullable();

/** How an agent and node did, and whether that breaks the target that applies. */
export const slaFields: Readonly<Record<string, z.ZodType>> = {
  agent_name: z.string(),
  node_id: z.string(),
  ...latencyFields,
  error_rate: z.number().meta({ description: 'error_count divided by count' }),
  sla_met_count: field.count.meta({ description: 'Steps that met a target of their own' }),
  sla_missed_count: field.count.meta({ description: 'Steps that missed a target of their own' }),
  target_id: z.string().meta({ description: 'Target that applies; empty when none' }),
  target_p50_ms: target,
  target_p95_ms: target,
  target_p99_ms: target,
  target_error_rate: target,
  target_min_count: field.count,
  breached: field.flag.meta({ description: 'True when it breaks its target; at the target is met' }),
  breaches: field.names.meta({ description: 'What breaks it: p50, p95, p99, error_rate' }),
};

/** How the time of a question is cut into windows: as the targets say, or to one length in seconds. */
export type Windows = 'of targets' | number;

/** What is asked of the steps. */
export interface SlaQuestion {
  /** The windows start in it. */
  readonly starts: TimeRange;
  /** How the days of these windows are to be read. */
  readonly days: RolledDays;
  readonly hasTargets: boolean;
  readonly agent: string | undefined;
  readonly node: string | undefined;
  readonly windows: Windows;
}

const DEFAULT_SECONDS = 3600;
const DAY = 86_400_000;

/** Whether the tenant has targets that apply. Most have none, and to plan what finds them takes longer than to read a day. */
export async function readHasTargets(read: Read): Promise<boolean> {
  const found = await read(sql`SELECT target_id FROM ${from('sla_targets')} WHERE enabled LIMIT 1`);
  return found.length > 0;
}

/**
 * A query of one row an agent, node and window, with `window_start` and `window_seconds` beside the fields above. The view `sla` says
 * the same of all time; here the length of the windows can be chosen.
 */
export function slaRows({ starts, days, hasTargets, windows, ...names }: SlaQuestion): Sql {
  const isOfTargets = hasTargets && windows === 'of targets';
  const length = sql`toUInt32(${value('UInt32', windows === 'of targets' ? DEFAULT_SECONDS : windows)})`;
  const lengths = sql`arrayDistinct(arrayConcat([${length}], targets.window_seconds))`;
  const [longest, seconds, cut] = isOfTargets
    ? [sql`arrayMax(${lengths})`, sql`window_seconds`, sql`ARRAY JOIN (${lengths}) AS window_seconds`]
    : [length, length, sql``];
  // A window does not reach from one day into another: of the last day no more is read than the longest window.
  const steps = { from: starts.from, to: Math.ceil(starts.to / DAY) * DAY };
  const end = sql`fromUnixTimestamp64Second(
    toInt64(intDiv(${value('Int64', Math.ceil(starts.to / 1000))} + ${longest} - 1, ${longest}) * ${longest}), 'UTC')`;
  const latencies = sql`
    SELECT
      agent_name, node_id, ${seconds} AS window_seconds, ${latencyAggregates()},
      toDateTime64(fromUnixTimestamp64Second(intDiv(toUnixTimestamp64Second(start_time), ${seconds}) * ${seconds}, 'UTC'), 9) AS window_start,
      countIf(sla_met) AS sla_met_count, countIf(NOT sla_met) AS sla_missed_count
    FROM (${executedRows(days, [startedWithin(steps), sql`start_time < ${end}`, ...ofNames(names)])})
    ${cut}
    GROUP BY agent_name, node_id, window_seconds, window_start`;
  const more = ['window_start', 'window_seconds'];
  if (!hasTargets) return withoutTargets(latencies, more);
  // With the count in it the condition is asked of windows; ClickHouse would else ask it of each step.
  const applies = isOfTargets
    ? sql`window_seconds = if(count = 0 OR target.target_id = '', ${length}, target.window_seconds)`
    : sql`true`;
  return withTargets(latencies, applies, more);
}

/** A query of one row an agent and node, with the fields above, from latencies of a whole range. */
export function slaOfRange(latencies: Sql, hasTargets: boolean): Sql {
  return hasTargets ? withTargets(latencies, sql`true`, []) : withoutTargets(latencies, []);
}

/** Adds to latencies that no target applies. */
function withoutTargets(latencies: Sql, more: readonly string[]): Sql {
  return sql`
    SELECT ${columns([...Object.keys(slaFields), ...more])}
    FROM (
      SELECT *,
        error_count / count AS error_rate,
        '' AS target_id, NULL AS target_p50_ms, NULL AS target_p95_ms, NULL AS target_p99_ms, NULL AS target_error_rate,
        0 AS target_min_count, false AS breached, CAST([] AS Array(String)) AS breaches
      FROM (${latencies})
    )`;
}

/** Adds to latencies the target that applies to each, and what breaks it. */
function withTargets(latencies: Sql, applies: Sql, more: readonly string[]): Sql {
  return sql`
    WITH
      (
        SELECT groupArray(CAST(
          (agent_name, node_id, target_id, window_seconds, p50_ms, p95_ms, p99_ms, error_rate, min_count)
          AS Tuple(agent_name String, node_id String, target_id String, window_seconds UInt32,
            p50_ms Nullable(Float64), p95_ms Nullable(Float64), p99_ms Nullable(Float64),
            error_rate Nullable(Float64), min_count UInt32)))
        FROM (SELECT * FROM ${from('sla_targets')} WHERE enabled ORDER BY rank DESC, source, updated_at DESC, target_id)
      ) AS targets
    SELECT ${columns([...Object.keys(slaFields), ...more])}
    FROM (
      SELECT *,
        error_count / count AS error_rate,
        target.target_id AS target_id, target.p50_ms AS target_p50_ms, target.p95_ms AS target_p95_ms,
        target.p99_ms AS target_p99_ms, target.error_rate AS target_error_rate, target.min_count AS target_min_count,
        arrayFilter(x -> x != '' AND count >= target_min_count, [
          if(p50_ms > target_p50_ms, 'p50', ''), if(p95_ms > target_p95_ms, 'p95', ''),
          if(p99_ms > target_p99_ms, 'p99', ''), if(error_rate > target_error_rate, 'error_rate', '')
        ]) AS breaches,
        CAST(notEmpty(breaches) AS Bool) AS breached
      FROM (
        SELECT *,
          arrayFirst(
            one -> one.agent_name IN ('', agent_name) AND one.node_id IN ('', node_id), targets
          ) AS target
        FROM (${latencies})
      )
      WHERE ${applies}
    )`;
}
