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

const SPAN_QUERY = `SELECT
    lower(hex(trace_id)), lower(hex(span_id)), if(empty(parent_span_id), '', lower(hex(parent_span_id))),
    event_date, origin, toString(cursor),
    leftPad(toString(start_time_unix_nano), 20, '0'), leftPad(toString(end_time_unix_nano), 20, '0'),
    run_id, run_stamped, step_id, step_stamped, attempt,
    governed, operation, is_model_call, is_rollup, response_id, usage_scope,
    CAST(kind = 4 AS Bool), arrayMap((t, s) -> lower(concat(hex(t), hex(s))), "links.trace_id", "links.span_id"),
    provider, model, agent_name, agent_stamped, cost_source, price_version,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    toString(cost_usd), carbon_gco2e, usage_counted, cost_counted, carbon_counted
  FROM span_rows FINAL
  PREWHERE tenant = {tenant:String} AND ${IN_TRACES} AND event_date IN {days:Array(Date)}`;

/** Columns of the query, in its order. */
type RawSpan = readonly [
  traceId: string,
  spanId: string,
  parentSpanId: string,
  eventDate: string,
  origin: number,
  position: string,
  startTime: string,
  endTime: string,
  runId: string,
  runStamped: boolean,
  stepId: string,
  stepStamped: boolean,
  attempt: number,
  governed: boolean,
  operation: string,
  isModelCall: boolean,
  isRollup: boolean,
  responseId: string,
  usageScope: string,
  isProducer: boolean,
  links: readonly string[],
  provider: string,
  model: string,
  agentName: string,
  agentStamped: boolean,
  costSource: string,
  priceVersion: string,
  inputTokens: number | null,
  outputTokens: number | null,
  cacheReadTokens: number | null,
  cacheWriteTokens: number | null,
  reasoningTokens: number | null,
  costUsd: string | null,
  carbonGco2e: number | null,
  usageCounted: boolean,
  costCounted: boolean,
  carbonCounted: boolean,
];

/** Which rows to read: a tenant's, on the given event days (`YYYY-MM-DD`), which keeps other partitions out of the query. */
export interface Place {
  readonly tenant: string;
  readonly days: readonly string[];
}

/** Reads all spans of the traces. */
export async function readSpans(client: ClickHouseClient, place: Place, traces: readonly string[]): Promise<SpanRow[]> {
  const rows = await queryParts<RawSpan>(client, SPAN_QUERY, { ...place }, { traces });
  return rows.map(toSpanRow);
}

function toSpanRow([
  traceId,
  spanId,
  parentSpanId,
  eventDate,
  origin,
  position,
  startTime,
  endTime,
  runId,
  runStamped,
  stepId,
  stepStamped,
  attempt,
  governed,
  operation,
  isModelCall,
  isRollup,
  responseId,
  usageScope,
  isProducer,
  links,
  provider,
  model,
  agentName,
  agentStamped,
  costSource,
  priceVersion,
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  reasoningTokens,
  costUsd,
  carbonGco2e,
  usageCounted,
  costCounted,
  carbonCounted,
]: RawSpan): SpanRow {
  return {
    traceId,
    spanId,
    parentSpanId,
    eventDate,
    origin,
    startTime,
    endTime,
    runId,
    runStamped,
    stepId,
    stepStamped,
    attempt,
    governed,
    operation,
    isModelCall,
    isRollup,
    responseId,
    usageScope,
    isProducer,
    links,
    provider,
    model,
    agentName,
    agentStamped,
    costSource,
    priceVersion,
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
    costUsd,
    carbonGco2e,
    cursor: BigInt(position),
    counted: { usage: usageCounted, cost: costCounted, carbon: carbonCounted },
  };
}
