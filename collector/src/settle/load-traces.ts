import type { ClickHouseClient } from '@clickhouse/client';
import type { Engine } from '../engine/engine-contract.ts';
import { type Resolution, resolveRows } from './corrections.ts';
import { readTraceDays, readUnstampedTraces } from './read-days.ts';
import { readLinked } from './read-linked.ts';
import { type Place, readSpans, type SpanRow } from './read-rows.ts';
import { distinctSteps, readStepsNamed, readStepsOfTraces, type StepRow } from './read-steps.ts';
import { runsOfTraces } from './resolve-traces.ts';

/** Traces with all that they share steps with, resolved. */
export interface Loaded {
  readonly resolution: Resolution;
  /** Where their rows stand. */
  readonly place: Place;
  /** Ids of the traces and of those that share steps with them. */
  readonly traces: readonly string[];
  /** Those of them that have records without a run. */
  readonly unstamped: readonly string[];
  /** Runs under which their rows stand or should stand. */
  readonly runs: ReadonlySet<string>;
  /** Step rows of the traces, and rows of their steps from anywhere. */
  readonly steps: readonly StepRow[];
}

/** What is loaded so far. */
interface Found {
  readonly traces: Set<string>;
  readonly unstamped: Set<string>;
  readonly days: Set<string>;
  readonly runs: Set<string>;
  readonly spans: SpanRow[];
  readonly steps: StepRow[];
  /** Whether the runs have anything outside of the traces that were looked at. */
  isElsewhere: boolean;
}

/**
 * Reads the spans and steps of traces, and of the traces that share steps with those, and so on: without all of them the usage of a
 * step could not be told.
 *
 * @param named runs under which the traces were received
 */
export async function loadTraces(
  { client }: Engine,
  tenant: string,
  traces: readonly string[],
  named: readonly string[],
): Promise<Loaded> {
  const found: Found = {
    traces: new Set(),
    unstamped: new Set(),
    days: new Set(),
    runs: new Set(named),
    spans: [],
    steps: [],
    isElsewhere: false,
  };
  for (let next = traces; next.length > 0; ) next = await loadMore(client, tenant, next, found);
  const resolution = resolveRows(found.spans);
  const asked = new Set(found.runs);
  for (const { span, runId } of resolution.nodes) if (runId !== span.runId) found.runs.add(runId);
  const place = { tenant, days: [...found.days] };
  const loaded = [...found.traces];
  const unasked = [...found.runs].filter((run) => !asked.has(run));
  const unstamped = [...found.unstamped];
  const more: StepRow[][] = [];
  if (found.isElsewhere) {
    const all = [...found.runs];
    more.push(await readStepsOfTraces(client, place, all, loaded));
    more.push(await readStepsNamed(client, place, all, stampedSteps(found)));
  } else if (unasked.length > 0) {
    more.push(await readStepsOfTraces(client, place, unasked, loaded));
  }
  const steps = more.length === 0 ? found.steps : distinctSteps([found.steps, ...more].flat());
  return { resolution, place, traces: loaded, unstamped, runs: found.runs, steps };
}

/** Loads traces; gives the ids of those that share steps with them and are not loaded. */
async function loadMore(
  client: ClickHouseClient,
  tenant: string,
  traces: readonly string[],
  found: Found,
): Promise<string[]> {
  const days = await readTraceDays(client, tenant, traces);
  const spans = await readSpans(client, { tenant, days }, traces);
  for (const traceId of traces) found.traces.add(traceId);
  // Records without a run stand under their trace's id.
  for (const traceId of await readUnstampedTraces(client, tenant, traces)) {
    found.unstamped.add(traceId);
    found.runs.add(traceId);
  }
  for (const day of days) found.days.add(day);
  let last = '';
  for (const span of spans) {
    found.spans.push(span);
    if (span.runId !== last) found.runs.add(span.runId);
    last = span.runId;
  }
  const rows = await readStepsOfTraces(client, { tenant, days }, [...found.runs], traces);
  for (const row of rows) found.steps.push(row);
  const needsRuns = rows.some((row) => row.source === 'decision' && !row.run_stamped);
  const traceRuns = needsRuns ? runsOfTraces(spans) : new Map<string, string>();
  const loaded = { spans, steps: rows };
  const linked = await readLinked(client, tenant, found.traces, stampedRuns(loaded, traceRuns), () =>
    stampedSteps(loaded),
  );
  if (linked.isElsewhere) found.isElsewhere = true;
  for (const day of linked.days) found.days.add(day);
  return [...linked.traces];
}

/** Runs of the steps that the loaded spans and decisions name. */
function stampedRuns(
  { spans, steps }: Pick<Found, 'spans' | 'steps'>,
  traceRuns: ReadonlyMap<string, string>,
): readonly string[] {
  const runs = new Set<string>();
  let last: string | undefined;
  for (const { stepStamped, runId } of spans) {
    if (!stepStamped || runId === last) continue;
    runs.add(runId);
    last = runId;
  }
  for (const row of steps) {
    if (row.source !== 'decision') continue;
    runs.add(row.run_stamped ? row.run_id : (traceRuns.get(row.trace_id) ?? row.run_id));
  }
  return [...runs];
}

/** Steps that the loaded spans and decisions name. */
function stampedSteps({ spans, steps }: Pick<Found, 'spans' | 'steps'>): readonly string[] {
  const stamped = spans.filter((row) => row.stepStamped).map((row) => row.stepId);
  const decided = steps.filter((row) => row.source === 'decision').map((row) => row.step_id);
  return [...new Set([...stamped, ...decided])];
}
