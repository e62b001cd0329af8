import type { Engine } from '../engine/engine-contract.ts';
import type { ReplicaWatch } from '../engine/replica-watch.ts';
import { cursorTime } from '../otlp/cursor-clock.ts';
import type { UnpricedCall } from '../price/price-book.ts';
import type { LedgerRange } from '../project/read-canonical.ts';
import { chunks } from './chunks.ts';
import { correctTraces } from './correct-traces.ts';
import { carries } from './count-usage.ts';
import { NO_TRACE, type SpanRow, type TouchedTrace } from './read-rows.ts';

/** Traces corrected at once: bounds memory, and the length of the queries that name them. */
const TRACES_AT_ONCE = 1000;

/** What correcting a part of the to-do list found. */
export interface Touched {
  /** Number of spans of the range that count. */
  readonly spans: number;
  /** By tenant: the runs that must be written anew. */
  readonly runs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Model calls of the range that have tokens and no cost: of each model the first and the last to arrive. */
  readonly unpriced: readonly UnpricedCall[];
}

/** Corrects rows of the touched traces that only the whole trace could tell. */
export async function correctTouched(
  engine: Engine,
  replicas: ReplicaWatch,
  range: LedgerRange,
  touched: readonly TouchedTrace[],
): Promise<Touched> {
  let spans = 0;
  const unpriced = new Map<string, [first: UnpricedCall, last: UnpricedCall]>();
  const runs = new Map<string, Set<string>>();
  for (const tenant of new Set(touched.map((one) => one.tenant))) {
    const ofTenant = touched.filter((one) => one.tenant === tenant);
    const traces = new Set(ofTenant.map((one) => one.traceId));
    traces.delete(NO_TRACE);
    const ofRuns = new Set(ofTenant.map((one) => one.runId));
    for (const some of chunks([...traces], TRACES_AT_ONCE)) {
      const corrected = await correctTraces(engine, replicas, tenant, some, namedBy(ofTenant, some));
      for (const runId of corrected.runs) ofRuns.add(runId);
      for (const row of corrected.kept) {
        if (!isOf(range, row)) continue;
        spans += 1;
        if (isUnpriced(row)) note(unpriced, tenant, row);
      }
    }
    runs.set(tenant, ofRuns);
  }
  return { spans, runs, unpriced: [...unpriced.values()].flat() };
}

function note(
  unpriced: Map<string, [first: UnpricedCall, last: UnpricedCall]>,
  tenant: string,
  { provider, model, cursor }: SpanRow,
): void {
  const name = `${tenant.length} ${provider.length} ${tenant}${provider}${model}`;
  const call = { tenant, provider, model, receivedAt: cursorTime(cursor) };
  const known = unpriced.get(name);
  if (known === undefined) unpriced.set(name, [call, call]);
  else if (call.receivedAt < known[0].receivedAt) known[0] = call;
  else if (call.receivedAt > known[1].receivedAt) known[1] = call;
}

function isOf(range: LedgerRange, row: SpanRow): boolean {
  return row.origin === range.origin && row.cursor >= range.first && row.cursor <= range.last;
}

function isUnpriced(row: SpanRow): boolean {
  return row.isModelCall && row.model !== '' && row.costUsd === null && carries(row, 'usage');
}

/** Runs under which the traces were received. */
function namedBy(touched: readonly TouchedTrace[], traces: readonly string[]): string[] {
  const wanted = new Set(traces);
  return touched.filter((one) => wanted.has(one.traceId)).map((one) => one.runId);
}
