import type { ClickHouseClient } from '@clickhouse/client';
import type { TraceSpan } from './trace-span.ts';

/** A trace that was touched. */
export interface TouchedTrace {
  readonly tenant: string;
  /** Lower-case hex; all zero for records outside of any trace. */
  readonly traceId: string;
  readonly runId: string;
}

/** A span with the place of its row. */
export interface SpanRow extends TraceSpan {
  readonly traceId: string;
  readonly eventDate: string;
  readonly origin: number;
}

/** A step row as it stands. */
export interface StepRow {
  readonly run_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly event_date: string;
  readonly version: string;
  readonly source: 'span' | 'decision' | 'outcome';
  readonly trace_id: string;
  readonly span_id: string;
  readonly call_count: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: string | null;
  readonly carbon_gco2e: number | null;
}

/** Trace id of records outside of any trace. */
export const NO_TRACE: string = '0'.repeat(32);

const IN_TRACES = 'trace_id IN (SELECT CAST(unhex(arrayJoin({traces:Array(String)})) AS FixedString(16)))';
const NO_PARENT = '0'.repeat(16);

const SPAN_QUERY = `SELECT
    lower(hex(trace_id)) AS trace,
    lower(hex(span_id)) AS span,
    lower(hex(parent_span_id)) AS parent,
    toString(event_date) AS date,
    toString(start_time_unix_nano) AS start,
    toString(cursor) AS position, origin,
    run_id, run_stamped, step_id, step_stamped, attempt, governed, operation, is_model_call, is_rollup, response_id, usage_scope,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    toString(cost_usd) AS cost, carbon_gco2e, usage_counted, cost_counted, carbon_counted
  FROM span_rows FINAL
  WHERE tenant = {tenant:String} AND ${IN_TRACES} AND event_date IN {days:Array(Date)}`;

interface RawSpan {
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly date: string;
  readonly start: string;
  readonly position: string;
  readonly origin: number;
  readonly run_id: string;
  readonly run_stamped: boolean;
  readonly step_id: string;
  readonly step_stamped: boolean;
  readonly attempt: number;
  readonly governed: boolean;
  readonly operation: string;
  readonly is_model_call: boolean;
  readonly is_rollup: boolean;
  readonly response_id: string;
  readonly usage_scope: string;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost: string | null;
  readonly carbon_gco2e: number | null;
  readonly usage_counted: boolean;
  readonly cost_counted: boolean;
  readonly carbon_counted: boolean;
}

/** Which rows to read: a tenant's, on the given event days (`YYYY-MM-DD`), which keeps other partitions out of the query. */
export interface Place {
  readonly tenant: string;
  readonly days: readonly string[];
}

/** Gives the days on which the traces have rows. */
export async function readTraceDays(
  client: ClickHouseClient,
  tenant: string,
  traces: readonly string[],
): Promise<string[]> {
  return readDays(
    client,
    `SELECT DISTINCT event_date AS day FROM trace_days WHERE tenant = {tenant:String} AND ${IN_TRACES}`,
    {
      tenant,
      traces,
    },
  );
}

/** Gives the days on which the runs have rows of their own or of their traces. */
export async function readRunDays(
  client: ClickHouseClient,
  tenant: string,
  runs: readonly string[],
): Promise<string[]> {
  const own = 'FROM run_traces WHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)}';
  return readDays(
    client,
    `SELECT DISTINCT event_date AS day ${own}
    UNION DISTINCT
    SELECT DISTINCT event_date AS day FROM trace_days WHERE tenant = {tenant:String} AND trace_id IN (SELECT trace_id ${own})`,
    { tenant, runs },
  );
}

async function readDays(
  client: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown>,
): Promise<string[]> {
  const result = await client.query({
    query,
    query_params: parameters,
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  return (await result.json<{ day: string }>()).map((row) => row.day);
}

/** Reads all spans of the traces. */
export async function readSpans(client: ClickHouseClient, place: Place, traces: readonly string[]): Promise<SpanRow[]> {
  const result = await client.query({
    query: SPAN_QUERY,
    query_params: { ...place, traces },
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  return (await result.json<RawSpan>()).map(toSpanRow);
}

function toSpanRow(row: RawSpan): SpanRow {
  return {
    traceId: row.trace,
    spanId: row.span,
    parentSpanId: row.parent === NO_PARENT ? '' : row.parent,
    eventDate: row.date,
    origin: row.origin,
    startTime: row.start.padStart(20, '0'),
    cursor: BigInt(row.position),
    runId: row.run_id,
    runStamped: row.run_stamped,
    stepId: row.step_id,
    stepStamped: row.step_stamped,
    attempt: row.attempt,
    governed: row.governed,
    operation: row.operation,
    isModelCall: row.is_model_call,
    isRollup: row.is_rollup,
    responseId: row.response_id,
    usageScope: row.usage_scope,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    reasoningTokens: row.reasoning_tokens,
    costUsd: row.cost,
    carbonGco2e: row.carbon_gco2e,
    counted: { usage: row.usage_counted, cost: row.cost_counted, carbon: row.carbon_counted },
  };
}

const STEP_QUERY = `SELECT
    run_id, step_id, attempt, toString(event_date) AS event_date, toString(version) AS version, source,
    lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, call_count,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    toString(step_rows.cost_usd) AS cost_usd, carbon_gco2e
  FROM step_rows FINAL
  WHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)} AND step_rows.${IN_TRACES}
    AND step_rows.event_date IN {days:Array(Date)}`;

/** Reads the step rows that the traces gave to the runs. */
export async function readSteps(
  client: ClickHouseClient,
  place: Place,
  runs: readonly string[],
  traces: readonly string[],
): Promise<StepRow[]> {
  const result = await client.query({
    query: STEP_QUERY,
    query_params: { ...place, runs, traces },
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  return result.json<StepRow>();
}

/** An event whose run was not stamped on it. */
export interface EventRow {
  readonly run_id: string;
  readonly event_id: string;
  readonly event_date: string;
  readonly trace_id: string;
  readonly span_id: string;
}

/** Reads the events of the traces that stand under the trace's own id for want of a run. */
export async function readUnstampedEvents(
  client: ClickHouseClient,
  place: Place,
  traces: readonly string[],
): Promise<EventRow[]> {
  const result = await client.query({
    query: `SELECT run_id, event_id, toString(event_rows.event_date) AS event_date, lower(hex(event_rows.trace_id)) AS trace_id,
        lower(hex(span_id)) AS span_id
      FROM event_rows FINAL
      WHERE tenant = {tenant:String} AND run_id IN {traces:Array(String)} AND NOT run_stamped
        AND event_rows.event_date IN {days:Array(Date)}`,
    query_params: { ...place, traces },
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  return result.json<EventRow>();
}
