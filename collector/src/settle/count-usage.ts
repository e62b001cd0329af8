import { copiesAbove, copiesBeside, statedCost, withoutCopiesBeside } from './same-call.ts';
import type { SpanNode, Step } from './span-node.ts';
import type { Measure, TraceSpan, Usage } from './trace-span.ts';

/** Says whether a span says anything of a measure. */
export function carries(usage: Usage, measure: Measure): boolean {
  if (measure === 'usage') return usage.inputTokens !== null || usage.outputTokens !== null;
  return measure === 'cost' ? usage.costUsd !== null : usage.carbonGco2e !== null;
}

type Saying = (span: TraceSpan) => boolean;

/** What counts so far of a measure in a group of traces. */
interface Count {
  readonly nodes: readonly SpanNode[];
  readonly measure: Measure;
  /** Spans that stand above one that counts. */
  readonly above: Set<SpanNode>;
  /** Steps in which something counts. */
  readonly steps: Set<Step>;
}

/**
 * Decides for each span and measure whether it counts, so that nothing counts twice: model calls count, but not one inside another
 * or beside another that is the same call; roll-ups only where no model call below them does; a governed step only where none of its
 * own calls does (steps inside it are accounted for by themselves) and only in its first outcome; what says that its usage is a total
 * only where nothing below it does. A cost that the collector computed counts only where nobody states that cost.
 *
 * @param nodes spans of a group, each after its parent
 */
export function countUsage(nodes: readonly SpanNode[]): void {
  const countOf = (measure: Measure): Count => ({ nodes, measure, above: new Set(), steps: new Set() });
  for (const measure of ['usage', 'carbon'] as const) {
    const says: Saying = (span) => carries(span, measure);
    countSaid(countOf(measure), says, says);
  }
  countCost(countOf('cost'));
}

/** Counts stated costs as if there were no others, then what was computed for the rest. */
function countCost(count: Count): void {
  const says: Saying = (span) => span.costUsd !== null;
  const states: Saying = (span) => statedCost(span) !== null;
  countSaid(count, states, states);
  const computed = count.nodes.filter(({ span }) => says(span) && !states(span));
  if (computed.length === 0) return;
  const covered = coveredByStated(count.nodes);
  const left = new Set(computed.filter((node) => !covered.has(node)).map(({ span }) => span));
  countSaid(count, (span) => left.has(span), says);
}

/**
 * Counts what `says` something.
 *
 * @param saysToo what makes a call above the same call: it counts instead
 */
function countSaid({ nodes, measure, above, steps }: Count, says: Saying, saysToo: Saying): void {
  const saying = nodes.filter(({ span }) => says(span));
  const count = (node: SpanNode): void => {
    node.counted[measure] = true;
    if (node.step !== undefined) steps.add(node.step);
    for (let at = node.parent; at !== undefined && !above.has(at); at = at.parent) above.add(at);
  };
  const own = saying.filter((node) => {
    return countsByItself(node.span) && !copiesAbove(node).some(({ span }) => saysToo(span));
  });
  for (const node of withoutCopiesBeside(own)) count(node);
  // Children first, so that of nested totals the innermost counts.
  for (const node of saying.reverse()) {
    const { span, step } = node;
    if (!countsAsTotal(span) || (span.governed && step?.outcome !== node)) continue;
    if (countsAsTotalOfAll(span) && above.has(node)) continue;
    if (step === undefined || !steps.has(step)) count(node);
  }
}

/**
 * Gives the spans whose cost somebody states: their own step, a total above them, or a copy of the same call. What the collector
 * computed for them does not count.
 *
 * @param nodes spans of which those are marked as counted whose stated cost counts
 */
function coveredByStated(nodes: readonly SpanNode[]): ReadonlySet<SpanNode> {
  const counted = nodes.filter((node) => node.counted.cost);
  const covered = new Set(copiesBeside(nodes, counted));
  for (const node of counted) for (const copy of copiesAbove(node)) covered.add(copy);
  const underTotal = new Set<SpanNode>();
  for (const node of nodes) {
    const { parent, step } = node;
    const isTotal = parent?.counted.cost && countsAsTotalOfAll(parent.span);
    if (parent !== undefined && (isTotal || underTotal.has(parent))) underTotal.add(node);
    if (underTotal.has(node) || statesCostOfStep(step?.outcome)) covered.add(node);
  }
  return covered;
}

/** Says whether an outcome's stated cost is that of the step with its calls. */
function statesCostOfStep(outcome: SpanNode | undefined): boolean {
  return outcome !== undefined && countsAsTotal(outcome.span) && statedCost(outcome.span) !== null;
}

function countsByItself(span: TraceSpan): boolean {
  if (span.usageScope === 'own') return true;
  return span.isModelCall && span.usageScope !== 'total';
}

function countsAsTotal(span: TraceSpan): boolean {
  if (span.usageScope === 'own') return false;
  return span.governed || span.usageScope === 'total' || (span.isRollup && span.operation !== 'fetch_response');
}

/** A governed step accounts for its calls; other totals, and steps that say so, for all below them. */
function countsAsTotalOfAll(span: TraceSpan): boolean {
  return countsAsTotal(span) && (!span.governed || span.usageScope === 'total');
}
