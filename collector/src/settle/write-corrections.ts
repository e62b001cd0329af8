import type { Engine } from '../engine/engine-contract.ts';
import type { EventCorrection, SpanCorrection } from './corrections.ts';
import { partsOf } from './query-parts.ts';
import type { StepCorrection } from './step-corrections.ts';

/** An array of strings as ClickHouse reads it from an HTTP parameter. */
function arrayParameter(values: readonly string[]): string {
  return `[${values.map((value) => `'${value.replace(/[\\']/g, '\\$&').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}'`).join(',')}]`;
}

/** Event days of the rows, as an HTTP parameter. */
function daysOf(rows: readonly { readonly event_date: string }[]): string {
  return arrayParameter([...new Set(rows.map((row) => row.event_date))]);
}

/** Parts of the rows that name few enough traces or runs for a parameter. */
function partsBy<T>(rows: readonly T[], name: (row: T) => string): { names: string[]; rows: T[] }[] {
  const byName = Map.groupBy(rows, name);
  return [...partsOf([...byName.keys()])].map((names) => ({
    names,
    rows: names.flatMap((one) => byName.get(one) ?? []),
  }));
}

function body(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
}

const SETTINGS = { optimize_on_insert: '0', async_insert: '0', join_use_nulls: '0', max_threads: '1' };

const SPAN_INSERT = `INSERT INTO span_rows
  SELECT s.* EXCEPT (trace, span) REPLACE (
    c.is_deleted AS is_deleted, c.run_id AS run_id, c.step_id AS step_id, c.attempt AS attempt,
    c.usage_counted AS usage_counted, c.cost_counted AS cost_counted, c.carbon_counted AS carbon_counted, c.agent_name AS agent_name)
  FROM input('trace String, span String, event_date Date, position UInt64, is_deleted UInt8, run_id String, step_id String, attempt UInt32,
    usage_counted Bool, cost_counted Bool, carbon_counted Bool, agent_name String') AS c
  INNER JOIN (
    SELECT *, lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span FROM span_rows FINAL
    PREWHERE tenant = {tenant:String}
      AND (trace_id, span_id) IN (
        SELECT CAST(unhex(substring(one, 1, 32)) AS FixedString(16)), CAST(unhex(substring(one, 33)) AS FixedString(8))
        FROM (SELECT arrayJoin({names:Array(String)}) AS one))
      AND event_date IN {days:Array(Date)}
  ) AS s ON s.trace = c.trace AND s.span = c.span AND s.event_date = c.event_date AND s.cursor = c.position
  FORMAT JSONEachRow`;

/**
 * Writes span rows again as they must be. A row of the same version that is written later stands before the earlier one. Records
 * arrive all the while: a correction applies to the row that was looked at and to no other; what came since is settled in its turn.
 */
export async function writeSpans(engine: Engine, tenant: string, rows: readonly SpanCorrection[]): Promise<void> {
  for (const part of partsBy(rows, (row) => row.trace + row.span)) {
    await write(engine, SPAN_INSERT, tenant, part.rows, { param_names: arrayParameter(part.names) });
  }
}

const STEP_INSERT = `INSERT INTO step_rows
  SELECT s.* REPLACE (
    c.new_run_id AS run_id, c.is_deleted AS is_deleted, c.call_count AS call_count, c.input_tokens AS input_tokens,
    c.output_tokens AS output_tokens, c.cache_read_tokens AS cache_read_tokens, c.cache_write_tokens AS cache_write_tokens,
    c.reasoning_tokens AS reasoning_tokens, c.cost_usd AS cost_usd,
    c.cost_source AS cost_source, c.price_version AS price_version, c.carbon_gco2e AS carbon_gco2e, c.agent_name AS agent_name,
    c.parent_run_id AS parent_run_id, c.parent_step_id AS parent_step_id, c.linked_spans AS linked_spans,
    c.linkable_spans AS linkable_spans)
  FROM input('run_id String, step_id String, attempt UInt32, event_date Date, position UInt64, new_run_id String, is_deleted UInt8,
    call_count UInt32, input_tokens Nullable(UInt64), output_tokens Nullable(UInt64), cache_read_tokens Nullable(UInt64),
    cache_write_tokens Nullable(UInt64), reasoning_tokens Nullable(UInt64), cost_usd Nullable(Decimal(18, 9)),
    cost_source String, price_version String, carbon_gco2e Nullable(Float64), agent_name String, parent_run_id String, parent_step_id String, linked_spans Array(String),
    linkable_spans Array(String)') AS c
  INNER JOIN (
    SELECT * FROM step_rows FINAL PREWHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)}
      AND event_date IN {days:Array(Date)}
  ) AS s ON s.run_id = c.run_id AND s.step_id = c.step_id AND s.attempt = c.attempt AND s.event_date = c.event_date
    AND s.cursor = c.position
  FORMAT JSONEachRow`;

/** Writes step rows again as they must be, under another run where they belong to one. */
export async function writeSteps(engine: Engine, tenant: string, rows: readonly StepCorrection[]): Promise<void> {
  for (const part of partsBy(rows, (row) => row.run_id)) {
    await write(engine, STEP_INSERT, tenant, part.rows, { param_runs: arrayParameter(part.names) });
  }
}

const EVENT_INSERT = `INSERT INTO event_rows
  SELECT s.* REPLACE (c.new_run_id AS run_id, c.is_deleted AS is_deleted)
  FROM input('run_id String, event_id String, event_date Date, position UInt64, new_run_id String, is_deleted UInt8') AS c
  INNER JOIN (
    SELECT * FROM event_rows FINAL PREWHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)}
      AND event_date IN {days:Array(Date)}
  ) AS s ON s.run_id = c.run_id AND s.event_id = c.event_id AND s.event_date = c.event_date AND s.cursor = c.position
  FORMAT JSONEachRow`;

/** Writes events again under the run that they belong to. */
export async function writeEvents(engine: Engine, tenant: string, rows: readonly EventCorrection[]): Promise<void> {
  for (const part of partsBy(rows, (row) => row.run_id)) {
    await write(engine, EVENT_INSERT, tenant, part.rows, { param_runs: arrayParameter(part.names) });
  }
}

function write(
  engine: Engine,
  query: string,
  tenant: string,
  rows: readonly { readonly event_date: string }[],
  names: Readonly<Record<string, string>>,
): Promise<void> {
  return engine.insert(query, body(rows), { ...SETTINGS, param_tenant: tenant, param_days: daysOf(rows), ...names });
}
