import type { Engine } from '../engine/engine-contract.ts';
import { type Resolution, resolveRows } from './corrections.ts';
import { readTraceDays } from './read-days.ts';
import { readLinked } from './read-linked.ts';
import { type Place, readSpans } from './read-rows.ts';
import { readSteps, rowKey, type StepRow } from './read-steps.ts';
import { stepKeyText } from './trace-span.ts';

/** Traces with what they share steps with, resolved. */
export interface Loaded {
  readonly resolution: Resolution;
  /** Where their rows stand. */
  readonly place: Place;
  /** Ids of the traces and of those that share steps with them. */
  readonly traces: readonly string[];
  /** Runs under which their rows stand or should stand. */
  readonly runs: ReadonlySet<string>;
  /** Step rows of the traces, and rows of their steps from anywhere. */
  readonly steps: readonly StepRow[];
}

/**
 * Reads the spans and steps of traces, and of other traces that share steps with them: without those the usage of a step could not be
 * told.
 *
 * @param named runs under which the traces were received
 */
export async function loadTraces(
  { client }: Engine,
  tenant: string,
  traces: readonly string[],
  named: readonly string[],
): Promise<Loaded> {
  const own: Place = { tenant, days: await readTraceDays(client, tenant, traces) };
  const spans = await readSpans(client, own, traces);
  const runs = new Set([...named, ...traces, ...spans.map((row) => row.runId)]);
  const ownSteps = await readSteps(client, own, [...runs], traces, []);
  const decided = ownSteps.filter((row) => row.source === 'decision' && row.run_stamped);
  const stamped = spans.filter((row) => row.stepStamped);
  const linked = await readLinked(
    client,
    own,
    traces,
    [...new Set([...stamped.map((row) => row.runId), ...decided.map((row) => row.run_id)])],
    [...new Set([...stamped.map((row) => row.stepId), ...decided.map((row) => row.step_id)])],
  );
  const linkedDays = await readTraceDays(client, tenant, linked.traces);
  const others = await readSpans(client, { tenant, days: linkedDays }, linked.traces);
  const keys = decided.map((row) => stepKeyText({ runId: row.run_id, stepId: row.step_id, attempt: row.attempt }));
  const resolution = resolveRows(spans.concat(others), new Set(traces), new Set(keys));
  for (const { span, runId } of resolution.spans.values()) runs.add(span.runId).add(runId);
  const place = { tenant, days: [...new Set([...own.days, ...linked.days, ...linkedDays])] };
  const steps = new Set(
    [...resolution.spans.values()].map(({ span }) => span.stepId).concat(decided.map((row) => row.step_id)),
  );
  steps.delete('');
  const otherSteps = await readSteps(client, place, [...runs], linked.traces, [...steps]);
  const known = new Set(otherSteps.map(rowKey));
  return {
    resolution,
    place,
    traces: [...traces, ...linked.traces],
    runs,
    steps: [...otherSteps, ...ownSteps.filter((row) => !known.has(rowKey(row)))],
  };
}
