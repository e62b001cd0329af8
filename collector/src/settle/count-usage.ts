import { MEASURES, type Measure, type StepKey, stepKeyText, type TraceSpan, type Usage } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** Says whether a span says anything of a measure. */
export function carries(usage: Usage, measure: Measure): boolean {
  if (measure === 'usage') return usage.inputTokens !== null || usage.outputTokens !== null;
  return measure === 'cost' ? usage.costUsd !== null : usage.carbonGco2e !== null;
}

/**
 * Decides for each span and measure whether it counts, so that nothing counts twice: model calls count, but not one inside another
 * that is the same call; roll-ups never; a governed step only where none of its own calls does (steps inside it are accounted for by
 * themselves); what says that its usage is a total only where nothing below it does.
 */
export function countUsage(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
): (span: TraceSpan) => Record<Measure, boolean> {
  const counted = new Map<TraceSpan, Record<Measure, boolean>>();
  for (const span of tree.parentsFirst()) counted.set(span, { usage: false, cost: false, carbon: false });
  for (const measure of MEASURES) countMeasure(tree, stepOf, measure, counted);
  return (span) => counted.get(span) ?? { usage: false, cost: false, carbon: false };
}

function countMeasure(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
  measure: Measure,
  counted: ReadonlyMap<TraceSpan, Record<Measure, boolean>>,
): void {
  const below = new Set<TraceSpan>();
  const inStep = new Set<string>();
  const count = (span: TraceSpan): void => {
    const entry = counted.get(span);
    if (entry !== undefined) entry[measure] = true;
    const step = stepOf(span);
    if (step !== undefined) inStep.add(stepKeyText(step));
    for (let at = tree.parentOf(span); at !== undefined && !below.has(at); at = tree.parentOf(at)) below.add(at);
  };
  for (const span of tree.parentsFirst()) {
    if (carries(span, measure) && countsByItself(span) && !isNestedCopy(tree, span, measure)) count(span);
  }
  // Children first, so that of nested totals the innermost counts.
  for (const span of [...tree.parentsFirst()].reverse()) {
    if (!carries(span, measure) || !countsAsTotal(span)) continue;
    if (span.usageScope === 'total' && below.has(span)) continue;
    const step = stepOf(span);
    if (step === undefined || !inStep.has(stepKeyText(step))) count(span);
  }
}

function countsByItself(span: TraceSpan): boolean {
  if (span.usageScope === 'own') return true;
  return span.isModelCall && span.usageScope !== 'total';
}

function countsAsTotal(span: TraceSpan): boolean {
  return span.usageScope !== 'own' && (span.governed || span.usageScope === 'total');
}

/** Two instrumentations of one client give one call as two nested spans: the same response, or the same usage. */
function isNestedCopy(tree: TraceTree, span: TraceSpan, measure: Measure): boolean {
  if (span.usageScope === 'own') return false;
  for (let at = tree.parentOf(span); at !== undefined; at = tree.parentOf(at)) {
    if (!at.isModelCall || at.usageScope === 'total' || !carries(at, measure)) continue;
    if (span.responseId !== '' && at.responseId !== '') {
      if (span.responseId === at.responseId) return true;
    } else if (sameUsage(span, at)) {
      return true;
    }
  }
  return false;
}

function sameUsage(a: Usage, b: Usage): boolean {
  return a.inputTokens === b.inputTokens && a.outputTokens === b.outputTokens && a.costUsd === b.costUsd;
}
