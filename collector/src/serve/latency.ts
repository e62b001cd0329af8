import { z } from 'zod';
import * as field from './fields.ts';
import { type Sql, sql } from './sql.ts';

/** Durations of executed steps, failed ones included, and how many failed. */
export const latencyFields: Readonly<Record<string, z.ZodType>> = {
  count: field.count.meta({ description: 'Executed steps, one for each attempt: the size of the sample' }),
  p50_ms: field.milliseconds,
  p95_ms: field.milliseconds,
  p99_ms: field.milliseconds,
  min_ms: field.milliseconds,
  max_ms: field.milliseconds,
  mean_ms: field.milliseconds,
  error_count: field.count,
};

/** How exact the percentiles of an answer are. */
export const percentileError: z.ZodType<number> = z
  .number()
  .meta({ description: 'Most that a percentile may be off, relative to itself: 0 up to a day, 0.01 over more' });

/** Latency of a node. */
export const nodeLatencySchema: z.ZodObject<Record<string, z.ZodType>> = z
  .object({ node_id: z.string(), ...latencyFields })
  .meta({
    id: 'NodeLatency',
    description: 'Durations of the executed steps of a node, failed ones included; percentiles by linear interpolation',
  });

/**
 * The fields as aggregates over `executed_steps`. Percentiles are exact: linear interpolation, inclusive.
 * @param only the condition that a row counts, where others are read too; default all
 */
export function latencyAggregates(only?: Sql): Sql {
  const [suffix, condition, also] =
    only === undefined ? [sql``, sql``, sql``] : [sql`If`, sql`, ${only}`, sql` AND ${only}`];
  const percentile = (place: Sql): Sql =>
    sql`round(quantilesExactInclusive${suffix}(0.5, 0.95, 0.99)(duration_ms${condition})[${place}], 6)`;
  return sql`count${suffix}(${only ?? sql``}) AS count,
    ${percentile(sql`1`)} AS p50_ms, ${percentile(sql`2`)} AS p95_ms, ${percentile(sql`3`)} AS p99_ms,
    min${suffix}(duration_ms${condition}) AS min_ms, max${suffix}(duration_ms${condition}) AS max_ms,
    round(avg${suffix}(duration_ms${condition}), 6) AS mean_ms,
    countIf(failed${also}) AS error_count`;
}
