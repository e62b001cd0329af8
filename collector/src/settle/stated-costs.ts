import { copiesAbove, copiesBeside, statedCost } from './same-call.ts';
import { type StepKey, stepKeyText, type TraceSpan } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** What is known of stated costs. */
export interface StatedCosts {
  /** Spans whose stated cost counts. */
  readonly counted: ReadonlySet<TraceSpan>;
  /** Those of them that account for all below them. */
  readonly totals: ReadonlySet<TraceSpan>;
  /** First outcomes of steps whose stated cost is that of the step with its calls. */
  readonly outcomes: Iterable<TraceSpan>;
}

/**
 * Gives the spans whose cost somebody states: their own step, a total above them, or a copy of the same call. What the collector
 * computed for them does not count.
 */
export function coveredByStated(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
  { counted, totals, outcomes }: StatedCosts,
): ReadonlySet<TraceSpan> {
  const steps = new Set<string>();
  for (const outcome of outcomes) {
    const step = statedCost(outcome) === null ? undefined : stepOf(outcome);
    if (step !== undefined) steps.add(stepKeyText(step));
  }
  const covered = new Set<TraceSpan>(copiesBeside(tree.parentsFirst(), counted));
  const underTotal = new Set<TraceSpan>();
  for (const span of tree.parentsFirst()) {
    const parent = tree.parentOf(span);
    if (parent !== undefined && (totals.has(parent) || underTotal.has(parent))) underTotal.add(span);
    const step = stepOf(span);
    if (underTotal.has(span) || (step !== undefined && steps.has(stepKeyText(step)))) covered.add(span);
    if (counted.has(span)) for (const copy of copiesAbove(tree, span)) covered.add(copy);
  }
  return covered;
}
