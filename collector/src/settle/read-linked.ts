import type { ClickHouseClient } from '@clickhouse/client';
import { queryParts } from './query-parts.ts';
import { IN_TRACES } from './read-rows.ts';

/** Where the rest of some runs and steps stands. */
export interface Linked {
  /** Other traces that have spans of the steps. */
  readonly traces: readonly string[];
  /** Whether the runs have anything outside of the traces. */
  readonly isElsewhere: boolean;
  /** Event days of all other traces of the runs. */
  readonly days: readonly string[];
}

/**
 * Finds what the traces' runs have elsewhere. A step may have spans in several traces: some instrumentations give every call a trace
 * of its own, and the run and the step are stamped on it.
 *
 * @param runs runs that spans of the traces name
 * @param stepsOf gives the steps that spans of the traces name; called where the runs have anything elsewhere
 */
export async function readLinked(
  client: ClickHouseClient,
  tenant: string,
  traces: ReadonlySet<string>,
  runs: readonly string[],
  stepsOf: () => readonly string[],
): Promise<Linked> {
  const ofRuns = await queryParts<readonly [trace: string, day: string]>(
    client,
    `SELECT DISTINCT lower(hex(trace_id)), event_date FROM run_traces
    WHERE tenant = {tenant:String} AND run_id IN {runs:Array(String)}`,
    { tenant },
    { runs },
  );
  const others = ofRuns.filter(([trace]) => !traces.has(trace));
  if (others.length === 0) return { traces: [], isElsewhere: false, days: [] };
  const days = [...new Set(others.map(([, day]) => day))];
  const linked = await queryParts<readonly [trace: string]>(
    client,
    `SELECT DISTINCT lower(hex(trace_id)) FROM span_rows
    WHERE tenant = {tenant:String} AND ${IN_TRACES} AND event_date IN {days:Array(Date)}
      AND step_stamped AND step_id IN {steps:Array(String)} AND run_id IN {runs:Array(String)}`,
    { tenant, days },
    { runs, steps: stepsOf(), traces: [...new Set(others.map(([trace]) => trace))] },
  );
  return { traces: [...new Set(linked.map(([trace]) => trace))], isElsewhere: true, days };
}
