import type { ClickHouseClient } from '@clickhouse/client';
import { queryParts } from './query-parts.ts';
import { IN_TRACES } from './read-rows.ts';

type Day = readonly [day: string];

/** Gives the days on which the traces have rows. */
export async function readTraceDays(
  client: ClickHouseClient,
  tenant: string,
  traces: readonly string[],
): Promise<string[]> {
  const query = `SELECT DISTINCT event_date AS day FROM trace_days WHERE tenant = {tenant:String} AND ${IN_TRACES}`;
  return distinct(await queryParts<Day>(client, query, { tenant }, { traces }));
}

/** Gives those of the traces that have, or had, records without a run. */
export async function readUnstampedTraces(
  client: ClickHouseClient,
  tenant: string,
  traces: readonly string[],
): Promise<string[]> {
  const query = `SELECT DISTINCT run_id FROM run_traces
    WHERE tenant = {tenant:String} AND run_id IN {traces:Array(String)} AND run_id = lower(hex(trace_id))`;
  const rows = await queryParts<readonly [runId: string]>(client, query, { tenant }, { traces });
  return rows.map(([runId]) => runId);
}

/** Gives the days on which the runs have rows of their own or of their traces. */
export async function readRunDays(
  client: ClickHouseClient,
  tenant: string,
  runs: readonly string[],
): Promise<string[]> {
  const own = 'FROM run_traces WHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)}';
  const query = `SELECT DISTINCT event_date AS day ${own}
    UNION DISTINCT
    SELECT DISTINCT event_date AS day FROM trace_days WHERE tenant = {tenant:String} AND trace_id IN (SELECT trace_id ${own})`;
  return distinct(await queryParts<Day>(client, query, { tenant }, { runs }));
}

function distinct(days: readonly Day[]): string[] {
  return [...new Set(days.map(([day]) => day))];
}
