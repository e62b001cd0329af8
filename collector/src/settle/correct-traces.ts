import type { Engine } from '../engine/engine-contract.ts';
import type { ReplicaWatch } from '../engine/replica-watch.ts';
import { rederive } from '../project/rederive.ts';
import { eventCorrections, type Resolution } from './corrections.ts';
import { forgetLosers, forgetSteps } from './forget.ts';
import { loadTraces } from './load-traces.ts';
import { readDecisions, readUnstampedEvents } from './read-events.ts';
import { NO_TRACE, type SpanRow } from './read-rows.ts';
import { placeOf } from './read-steps.ts';
import { stepKeyText } from './span-node.ts';
import { type Intruder, stepCorrections } from './step-corrections.ts';
import { writeEvents, writeSpans, writeSteps } from './write-corrections.ts';

const MOST_LOOKS = 5;

/** What correcting traces found. */
export interface Corrected {
  /** Runs that the traces' records belong to, or belonged to until now. */
  readonly runs: ReadonlySet<string>;
  /** Span rows of the traces that count. */
  readonly kept: readonly SpanRow[];
}

/**
 * Corrects the rows of the traces, and those of other traces that share steps with them.
 *
 * @param named runs under which the traces were received
 * @param looks how often to look again after rows were taken out: records arrive all the while
 */
export async function correctTraces(
  engine: Engine,
  replicas: ReplicaWatch,
  tenant: string,
  traces: readonly string[],
  named: readonly string[],
  looks: number = MOST_LOOKS,
): Promise<Corrected> {
  const { resolution, place, runs, steps, unstamped } = await loadTraces(engine, tenant, traces, named);
  const events = await readUnstampedEvents(engine.client, place, [...runs], unstamped);
  const found = stepCorrections(steps, resolution);
  await writeSpans(engine, tenant, resolution.corrections);
  await writeSteps(engine, tenant, found.corrections);
  await writeEvents(engine, tenant, eventCorrections(events, resolution));
  if (found.intruders.length > 0 && looks > 1) {
    const derived = await takeOut(engine, tenant, found.intruders, resolution);
    await replicas.wait();
    return correctTraces(engine, replicas, tenant, [...new Set([...traces, ...derived])], [...runs], looks - 1);
  }
  const wanted = new Set(traces);
  const kept = resolution.nodes.map(({ span }) => span).filter((row) => wanted.has(row.traceId));
  return { runs, kept };
}

/**
 * Takes rows out of steps and derives again what they stood above: a merge may have dropped it.
 *
 * @returns ids of the traces that have records derived again, which must be corrected in their turn
 */
async function takeOut(
  engine: Engine,
  tenant: string,
  intruders: readonly Intruder[],
  { nodes }: Resolution,
): Promise<string[]> {
  const rows = intruders.map(({ row }) => row);
  const moving = intruders
    .filter((one) => one.moves)
    .map(({ row }) => ({ ...row, traceId: row.trace_id, cursor: BigInt(row.position) }));
  await forgetSteps(
    engine,
    moving.map((row) => ({ origin: row.origin, cursor: row.position })),
  );
  await forgetLosers(
    engine,
    tenant,
    intruders.filter((one) => !one.moves).map(({ row }) => row),
  );
  const keys = new Set(rows.map((row) => stepKeyText(placeOf(row))));
  const ofSpans = nodes
    .filter(({ step, isStep }) => isStep && step !== undefined && keys.has(stepKeyText(step)))
    .map(({ span }) => span);
  const places = [...moving, ...ofSpans, ...(await readDecisions(engine.client, tenant, rows))];
  for (const { origin, cursor } of places) await rederive(engine, { origin, first: cursor, last: cursor });
  return places.map((one) => one.traceId).filter((traceId) => traceId !== NO_TRACE);
}
