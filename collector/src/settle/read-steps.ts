import type { ClickHouseClient } from '@clickhouse/client';
import { queryParts } from './query-parts.ts';
import { IN_TRACES, type Place } from './read-rows.ts';
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
    run_id, run_stamped, step_id, attempt, toString(event_date) AS event_date, toString(version) AS version, source,
    origin, toString(cursor) AS position,
    lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, call_count,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    toString(step_rows.cost_usd) AS cost_usd, cost_source, price_version, carbon_gco2e, agent_name,
    parent_run_id, parent_step_id, linked_spans, linkable_spans
  FROM step_rows FINAL
  WHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)} AND step_rows.event_date IN {days:Array(Date)}`;

/** Reads the step rows that the traces gave to the runs. */
export function readStepsOfTraces(
  client: ClickHouseClient,
  place: Place,
  runs: readonly string[],
  traces: readonly string[],
): Promise<StepRow[]> {
  return queryParts(client, `${STEP_QUERY} AND step_rows.${IN_TRACES}`, { ...place }, { runs, traces });
}

/** Reads the rows of the named steps of the runs, wherever they came from. */
export function readStepsNamed(
  client: ClickHouseClient,
  place: Place,
  runs: readonly string[],
  steps: readonly string[],
): Promise<StepRow[]> {
  return queryParts(client, `${STEP_QUERY} AND step_id IN {steps:Array(String)}`, { ...place }, { runs, steps });
}

/** Of rows that were read more than once one each, by the sorting key of the table. */
export function distinctSteps(rows: readonly StepRow[]): StepRow[] {
  const key = (row: StepRow): string => JSON.stringify([row.run_id, row.step_id, row.attempt, row.event_date]);
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}
