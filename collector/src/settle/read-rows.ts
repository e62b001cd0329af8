import type { ClickHouseClient } from '@clickhouse/client';
import { queryParts } from './query-parts.ts';
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
  readonly eventDate: string;
  readonly origin: number;
}

/** Trace id of records outside of any trace. */
export const NO_TRACE: string = '0'.repeat(32);

/** Condition on rows of the traces of the parameter `traces`. */
export const IN_TRACES: string =
  'trace_id IN (SELECT CAST(unhex(arrayJoin({traces:Array(String)})) AS FixedString(16)))';
const NO_PARENT = '0'.repeat(16);

const SPAN_QUERY = `SELECT
    lower(hex(trace_id)) AS trace,
    lower(hex(span_id)) AS span,
    lower(hex(parent_span_id)) AS parent,
    toString(event_date) AS date,
    toString(start_time_unix_nano) AS start, toString(end_time_unix_nano) AS end,
    toString(cursor) AS position, origin,
    run_id, run_stamped, step_id, step_stamped, attempt, governed, operation, is_model_call, is_rollup, response_id, usage_scope,
    kind = 4 AS is_producer, arrayMap((t, s) -> lower(concat(hex(t), hex(s))), "links.trace_id", "links.span_id") AS links,
    provider, model, agent_name, agent_stamped, cost_source, price_version,
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
  readonly end: string;
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
  readonly is_producer: boolean | number;
  readonly links: readonly string[];
  readonly provider: string;
  readonly model: string;
  readonly agent_name: string;
  readonly agent_stamped: boolean;
  readonly cost_source: string;
  readonly price_version: string;
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

/** Reads all spans of the traces. */
export async function readSpans(client: ClickHouseClient, place: Place, traces: readonly string[]): Promise<SpanRow[]> {
  return (await queryParts<RawSpan>(client, SPAN_QUERY, { ...place }, { traces })).map(toSpanRow);
}

function toSpanRow(row: RawSpan): SpanRow {
  return {
    traceId: row.trace,
    spanId: row.span,
    parentSpanId: row.parent === NO_PARENT ? '' : row.parent,
    eventDate: row.date,
    origin: row.origin,
    startTime: row.start.padStart(20, '0'),
    endTime: row.end.padStart(20, '0'),
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
    isProducer: Boolean(row.is_producer),
    links: row.links,
    provider: row.provider,
    model: row.model,
    agentName: row.agent_name,
    agentStamped: row.agent_stamped,
    costSource: row.cost_source,
    priceVersion: row.price_version,
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
