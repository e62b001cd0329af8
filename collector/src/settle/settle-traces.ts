import type { Engine } from '../engine/engine-contract.ts';
import { eventCorrections, resolveRows, stepCorrections, type TraceResolution } from './corrections.ts';
import { NO_TRACE, readSpans, readSteps, readUnstampedEvents, type SpanRow, type TouchedTrace } from './read-rows.ts';
import { settleRuns } from './settle-runs.ts';
import { writeEvents, writeSpans, writeSteps } from './write-corrections.ts';

/** Traces corrected at once: bounds memory, and the length of the queries that name them. */
const TRACES_AT_ONCE = 500;
/** Runs written at once. */
const RUNS_AT_ONCE = 500;

/** Settles the touched traces and their runs: corrects rows that only the whole trace could tell, then writes what the runs came to. */
export async function settleTraces(engine: Engine, touched: readonly TouchedTrace[], upto: bigint): Promise<void> {
  for (const tenant of new Set(touched.map((one) => one.tenant))) {
    const ofTenant = touched.filter((one) => one.tenant === tenant);
    const traces = new Set(ofTenant.map((one) => one.traceId));
    traces.delete(NO_TRACE);
    const runs = new Set(ofTenant.map((one) => one.runId));
    for (const some of chunks([...traces], TRACES_AT_ONCE)) {
      const named = namedBy(ofTenant, some);
      for (const runId of await correctTraces(engine, tenant, some, named)) runs.add(runId);
    }
    for (const some of chunks([...runs], RUNS_AT_ONCE)) await settleRuns(engine, tenant, some, upto);
  }
}

/** Runs under which the traces were received. */
function namedBy(touched: readonly TouchedTrace[], traces: readonly string[]): string[] {
  const wanted = new Set(traces);
  return touched.filter((one) => wanted.has(one.traceId)).map((one) => one.runId);
}

function* chunks(items: readonly string[], size: number): Generator<string[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** Corrects the rows of the traces and gives the runs that they belong to. */
async function correctTraces(
  engine: Engine,
  tenant: string,
  traces: readonly string[],
  named: readonly string[],
): Promise<Set<string>> {
  const resolutions = resolveAll(traces, await readSpans(engine.client, tenant, traces));
  const runs = new Set(named);
  for (const trace of resolutions.values()) {
    runs.add(trace.traceId);
    runs.add(trace.traceRun);
    for (const span of trace.spans.values()) runs.add(span.runId);
  }
  const events = resolutions.size === 0 ? [] : await readUnstampedEvents(engine.client, tenant, traces);
  const steps = await readSteps(engine.client, tenant, [...runs], traces);
  await writeSpans(
    engine,
    tenant,
    [...resolutions.values()].flatMap((trace) => trace.corrections),
  );
  await writeSteps(engine, tenant, stepCorrections(steps, resolutions));
  await writeEvents(engine, tenant, eventCorrections(events, resolutions));
  return runs;
}

function resolveAll(traces: readonly string[], rows: readonly SpanRow[]): Map<string, TraceResolution> {
  const byTrace = new Map<string, SpanRow[]>(traces.map((traceId) => [traceId, []]));
  for (const row of rows) byTrace.get(row.traceId)?.push(row);
  const resolutions = new Map<string, TraceResolution>();
  for (const [traceId, spans] of byTrace) if (spans.length > 0) resolutions.set(traceId, resolveRows(traceId, spans));
  return resolutions;
}
