import type { ClickHouseClient } from '@clickhouse/client';
import { queryParts } from './query-parts.ts';
import { IN_TRACES, type Place } from './read-rows.ts';
import type { StepRow } from './read-steps.ts';

/** An event whose run was not stamped on it. */
export interface EventRow {
  readonly run_id: string;
  readonly event_id: string;
  readonly event_date: string;
  /** Cursor as decimal text. */
  readonly position: string;
  readonly trace_id: string;
  readonly span_id: string;
}

const EVENT_QUERY = `SELECT run_id, event_id, event_date, toString(cursor), lower(hex(trace_id)), lower(hex(span_id))
  FROM event_rows FINAL
  PREWHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)} AND event_date IN {days:Array(Date)}
  WHERE ${IN_TRACES} AND NOT run_stamped`;

/** Reads the events of the traces that name no run, under whichever of the runs they stand now. */
export async function readUnstampedEvents(
  client: ClickHouseClient,
  place: Place,
  runs: readonly string[],
  traces: readonly string[],
): Promise<EventRow[]> {
  const rows = await queryParts<readonly [string, string, string, string, string, string]>(
    client,
    EVENT_QUERY,
    { ...place },
    { runs, traces },
  );
  return rows.map(([run_id, event_id, event_date, position, trace_id, span_id]) => {
    return { run_id, event_id, event_date, position, trace_id, span_id };
  });
}

/** Finds the decision records of the steps at which rows stand. */
export async function readDecisions(
  client: ClickHouseClient,
  tenant: string,
  rows: readonly StepRow[],
): Promise<{ origin: number; cursor: bigint; traceId: string }[]> {
  const found = await queryParts<readonly [origin: number, position: string, trace: string]>(
    client,
    `SELECT DISTINCT origin, toString(cursor), lower(hex(trace_id)) FROM event_rows FINAL
    WHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)} AND step_id IN {steps:Array(String)} AND source = 'log'`,
    { tenant },
    { runs: [...new Set(rows.map((row) => row.run_id))], steps: [...new Set(rows.map((row) => row.step_id))] },
  );
  return found.map(([origin, position, trace]) => ({ origin, cursor: BigInt(position), traceId: trace }));
}
