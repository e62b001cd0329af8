import { z } from 'zod';
import * as field from './fields.ts';
import { latencyAggregates, latencyFields } from './latency.ts';
import { columns, from, join, type Sql, sql, value } from './sql.ts';
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
  /** Steps that started in it. */
  readonly steps: TimeRange;
  readonly agent: string | undefined;
  readonly node: string | undefined;
  readonly windows: Windows;
}

const DEFAULT_SECONDS = 3600;

/** The conditions on agent and node. */
export function ofAgentAndNode(agent: string | undefined, node: string | undefined): Sql[] {
  return [
    ...(agent === undefined ? [] : [sql`agent_name = ${value('String', agent)}`]),
    ...(node === undefined ? [] : [sql`node_id = ${value('String', node)}`]),
  ];
}

/**
 * A query of one row an agent, node and window, with `window_start` and `window_seconds` beside the fields above. The view `sla` says
 * the same of all time; here the length of the windows can be chosen.
 */
export function slaRows({ steps, agent, node, windows }: SlaQuestion): Sql {
  const length = typeof windows === 'number' ? windows : DEFAULT_SECONDS;
  const lengths =
    windows === 'of targets'
      ? sql`arrayDistinct(arrayConcat([toUInt32(${value('UInt32', length)})], targets.window_seconds))`
      : sql`[toUInt32(${value('UInt32', length)})]`;
  // With the count in it the condition is asked of windows; ClickHouse would else ask it of each step.
  const applies =
    windows === 'of targets'
      ? sql`window_seconds = if(count = 0 OR target.target_id = '', ${value('UInt32', length)}, target.window_seconds)`
      : sql`true`;
  return withTargets(
    sql`
      SELECT
        agent_name, node_id, window_seconds, ${latencyAggregates},
        toDateTime64(fromUnixTimestamp64Second(intDiv(toUnixTimestamp64Second(start_time), window_seconds) * window_seconds, 'UTC'), 9) AS window_start,
        countIf(sla_met) AS sla_met_count, countIf(NOT sla_met) AS sla_missed_count
      FROM ${from('executed_steps')}
      ARRAY JOIN (${lengths}) AS window_seconds
      WHERE ${join([startedWithin(steps), ...ofAgentAndNode(agent, node)], sql` AND `)}
      GROUP BY agent_name, node_id, window_seconds, window_start`,
    applies,
    ['window_start', 'window_seconds'],
  );
}

/** A query of one row an agent and node, with the fields above, from latencies of a whole range. */
export function slaOfRange(latencies: Sql): Sql {
  return withTargets(latencies, sql`true`, []);
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
