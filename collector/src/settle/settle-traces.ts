import type { Engine } from '../engine/engine-contract.ts';
import { eventCorrections, resolveRows, stepCorrections, type TraceResolution } from './corrections.ts';
import type { LedgerRange } from './read-canonical.ts';
import {
  NO_TRACE,
  type Place,
  readSpans,
  readSteps,
  readTraceDays,
  readUnstampedEvents,
  type SpanRow,
  type TouchedTrace,
} from './read-rows.ts';
import { settleRuns } from './settle-runs.ts';
import { writeEvents, writeSpans, writeSteps } from './write-corrections.ts';

/** Traces corrected at once: bounds memory, and the length of the queries that name them. */
const TRACES_AT_ONCE = 500;
/** Runs written at once. */
const RUNS_AT_ONCE = 500;

/**
 * Settles the touched traces and their runs: corrects rows that only the whole trace could tell, then writes what the runs came to.
 *
 * @returns number of spans of the range that count
 */
export async function settleTraces(
  engine: Engine,
  range: LedgerRange,
  touched: readonly TouchedTrace[],
): Promise<number> {
  let spans = 0;
  for (const tenant of new Set(touched.map((one) => one.tenant))) {
    const ofTenant = touched.filter((one) => one.tenant === tenant);
    const traces = new Set(ofTenant.map((one) => one.traceId));
    traces.delete(NO_TRACE);
    const runs = new Set(ofTenant.map((one) => one.runId));
    for (const some of chunks([...traces], TRACES_AT_ONCE)) {
      const corrected = await correctTraces(engine, tenant, some, namedBy(ofTenant, some));
      for (const runId of corrected.runs) runs.add(runId);
      spans += corrected.rows.filter((row) => isOf(range, row)).length;
    }
    for (const some of chunks([...runs], RUNS_AT_ONCE)) await settleRuns(engine, tenant, some, range.last);
  }
  return spans;
}

function isOf(range: LedgerRange, row: SpanRow): boolean {
  return row.origin === range.origin && row.cursor >= range.first && row.cursor <= range.last;
}

/** Runs under which the traces were received. */
function namedBy(touched: readonly TouchedTrace[], traces: readonly string[]): string[] {
  const wanted = new Set(traces);
  return touched.filter((one) => wanted.has(one.traceId)).map((one) => one.runId);
}

function* chunks(items: readonly string[], size: number): Generator<string[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** Corrects the rows of the traces; gives the runs that they belong to, and the span rows that count. */
async function correctTraces(
  engine: Engine,
  tenant: string,
  traces: readonly string[],
  named: readonly string[],
): Promise<{ runs: Set<string>; rows: SpanRow[] }> {
  const place: Place = { tenant, days: await readTraceDays(engine.client, tenant, traces) };
  const rows = await readSpans(engine.client, place, traces);
  const resolutions = resolveAll(traces, rows);
  const runs = new Set(named);
  for (const trace of resolutions.values()) {
    runs.add(trace.traceId);
    runs.add(trace.traceRun);
    for (const span of trace.spans.values()) runs.add(span.runId);
  }
  const events = await readUnstampedEvents(engine.client, place, traces);
  const steps = await readSteps(engine.client, place, [...runs], traces);
  await writeSpans(
    engine,
    tenant,
    [...resolutions.values()].flatMap((trace) => trace.corrections),
  );
  await writeSteps(engine, tenant, stepCorrections(steps, resolutions));
  await writeEvents(engine, tenant, eventCorrections(events, resolutions));
  return { runs, rows: rows.filter((row) => resolutions.get(row.traceId)?.spans.get(row.spanId)?.span === row) };
}

function resolveAll(traces: readonly string[], rows: readonly SpanRow[]): Map<string, TraceResolution> {
  const byTrace = new Map<string, SpanRow[]>(traces.map((traceId) => [traceId, []]));
  for (const row of rows) byTrace.get(row.traceId)?.push(row);
  const resolutions = new Map<string, TraceResolution>();
  for (const [traceId, spans] of byTrace) if (spans.length > 0) resolutions.set(traceId, resolveRows(traceId, spans));
  return resolutions;
}
