import type { ClickHouseClient } from '@clickhouse/client';
import { queryParts } from './query-parts.ts';
import { IN_TRACES, type Place } from './read-rows.ts';
import { type StepKey, stepKeyText } from './span-node.ts';
import type { StepPlace } from './step-places.ts';

/** What counts in a step, by its columns. */
export interface StepUsage {
  readonly call_count: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: string | null;
  readonly cost_source: string;
  readonly price_version: string;
  readonly carbon_gco2e: number | null;
}

/** A step row as it stands. */
export interface StepRow extends StepUsage, StepPlace {
  readonly run_id: string;
  readonly run_stamped: boolean;
  readonly step_id: string;
  readonly attempt: number;
  readonly event_date: string;
  readonly version: string;
  readonly origin: number;
  readonly position: string;
  readonly source: 'span' | 'decision' | 'outcome';
  readonly trace_id: string;
  readonly span_id: string;
  readonly agent_name: string;
}

const STEP_QUERY = `SELECT
    run_id, run_stamped, step_id, attempt, event_date, toString(version), source, origin, toString(cursor),
    lower(hex(trace_id)), lower(hex(span_id)), agent_name, call_count,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    toString(cost_usd), cost_source, price_version, carbon_gco2e,
    parent_run_id, parent_step_id, linked_spans, linkable_spans
  FROM step_rows FINAL
  PREWHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)} AND event_date IN {days:Array(Date)}`;

/** Columns of the query, in its order. */
type RawStep = readonly [
  run_id: string,
  run_stamped: boolean,
  step_id: string,
  attempt: number,
  event_date: string,
  version: string,
  source: StepRow['source'],
  origin: number,
  position: string,
  trace_id: string,
  span_id: string,
  agent_name: string,
  call_count: number,
  input_tokens: number | null,
  output_tokens: number | null,
  cache_read_tokens: number | null,
  cache_write_tokens: number | null,
  reasoning_tokens: number | null,
  cost_usd: string | null,
  cost_source: string,
  price_version: string,
  carbon_gco2e: number | null,
  parent_run_id: string,
  parent_step_id: string,
  linked_spans: readonly string[],
  linkable_spans: readonly string[],
];

/** Reads the step rows that the traces gave to the runs. */
export function readStepsOfTraces(
  client: ClickHouseClient,
  place: Place,
  runs: readonly string[],
  traces: readonly string[],
): Promise<StepRow[]> {
  return readSteps(client, IN_TRACES, place, { runs, traces });
}

/** Reads the rows of the named steps of the runs, wherever they came from. */
export function readStepsNamed(
  client: ClickHouseClient,
  place: Place,
  runs: readonly string[],
  steps: readonly string[],
): Promise<StepRow[]> {
  return readSteps(client, 'step_id IN {steps:Array(String)}', place, { runs, steps });
}

async function readSteps(
  client: ClickHouseClient,
  condition: string,
  place: Place,
  lists: Readonly<Record<string, readonly string[]>>,
): Promise<StepRow[]> {
  const rows = await queryParts<RawStep>(client, `${STEP_QUERY} WHERE ${condition}`, { ...place }, lists);
  return rows.map(toStepRow);
}

function toStepRow([
  run_id,
  run_stamped,
  step_id,
  attempt,
  event_date,
  version,
  source,
  origin,
  position,
  trace_id,
  span_id,
  agent_name,
  call_count,
  input_tokens,
  output_tokens,
  cache_read_tokens,
  cache_write_tokens,
  reasoning_tokens,
  cost_usd,
  cost_source,
  price_version,
  carbon_gco2e,
  parent_run_id,
  parent_step_id,
  linked_spans,
  linkable_spans,
]: RawStep): StepRow {
  return {
    run_id,
    run_stamped,
    step_id,
    attempt,
    event_date,
    version,
    source,
    origin,
    position,
    trace_id,
    span_id,
    agent_name,
    call_count,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_tokens,
    reasoning_tokens,
    cost_usd,
    cost_source,
    price_version,
    carbon_gco2e,
    parent_run_id,
    parent_step_id,
    linked_spans,
    linkable_spans,
  };
}

/** Of rows that were read more than once one each, by the sorting key of the table. */
export function distinctSteps(rows: readonly StepRow[]): StepRow[] {
  const key = (row: StepRow): string => `${row.event_date} ${stepKeyText(placeOf(row))}`;
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

/** The step at which a row stands now. */
export function placeOf(row: StepRow): StepKey {
  return { runId: row.run_id, stepId: row.step_id, attempt: row.attempt };
}
