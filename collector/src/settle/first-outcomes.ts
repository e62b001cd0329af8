import { type StepKey, stepKeyText, type TraceSpan } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** By `stepKeyText`: of the spans that are outcomes of one step the first to arrive, which is the one that the step's row shows. */
export function firstOutcomes(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
): ReadonlyMap<string, TraceSpan> {
  const first = new Map<string, TraceSpan>();
  for (const span of tree.parentsFirst()) {
    const step = span.governed ? stepOf(span) : undefined;
    if (step === undefined) continue;
    const text = stepKeyText(step);
    const best = first.get(text);
    if (best === undefined || span.cursor < best.cursor) first.set(text, span);
  }
  return first;
}
