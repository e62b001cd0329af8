import { firstOutcomes } from './first-outcomes.ts';
import { type StepKey, stepKeyText, type TraceSpan } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** Says for each span which agent it ran for: the one that it names, else the nearest above it that is named, else its step's. */
export function resolveAgents(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
): (span: TraceSpan) => string {
  const agents = new Map<TraceSpan, string>();
  for (const span of tree.parentsFirst()) {
    const parent = tree.parentOf(span);
    const inherited = parent === undefined ? '' : (agents.get(parent) ?? '');
    agents.set(span, span.agentStamped ? span.agentName : inherited);
  }
  const outcomes = firstOutcomes(tree, stepOf);
  return (span) => {
    const own = agents.get(span) ?? '';
    const step = own === '' ? stepOf(span) : undefined;
    const outcome = step && outcomes.get(stepKeyText(step));
    return outcome === undefined ? own : (agents.get(outcome) ?? '');
  };
}
