import { toUnits } from './decimal.ts';
import {
  MEASURES,
  type Measure,
  type StepKey,
  spanName,
  stepKeyText,
  type TraceSpan,
  type Usage,
} from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** Says whether a span says anything of a measure. */
export function carries(usage: Usage, measure: Measure): boolean {
  if (measure === 'usage') return usage.inputTokens !== null || usage.outputTokens !== null;
  return measure === 'cost' ? usage.costUsd !== null : usage.carbonGco2e !== null;
}

/**
 * Decides for each span and measure whether it counts, so that nothing counts twice: model calls count, but not one inside another
 * or beside another that is the same call; roll-ups only where no model call below them does; a governed step only where none of its own calls does (steps inside it are accounted for by
 * themselves) and only in its first outcome; what says that its usage is a total only where nothing below it does.
 */
export function countUsage(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
): (span: TraceSpan) => Record<Measure, boolean> {
  const counted = new Map<TraceSpan, Record<Measure, boolean>>();
  for (const span of tree.parentsFirst()) counted.set(span, { usage: false, cost: false, carbon: false });
  const outcomes = firstOutcomes(tree, stepOf);
  for (const measure of MEASURES) countMeasure(tree, stepOf, measure, outcomes, counted);
  return (span) => counted.get(span) ?? { usage: false, cost: false, carbon: false };
}

function countMeasure(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
  measure: Measure,
  outcomes: ReadonlySet<TraceSpan>,
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
  const own = tree.parentsFirst().filter((span) => {
    return carries(span, measure) && countsByItself(span) && !isNestedCopy(tree, span, measure);
  });
  for (const span of withoutSiblingCopies(own)) count(span);
  // Children first, so that of nested totals the innermost counts.
  for (const span of [...tree.parentsFirst()].reverse()) {
    if (!carries(span, measure) || !countsAsTotal(span) || (span.governed && !outcomes.has(span))) continue;
    if ((!span.governed || span.usageScope === 'total') && below.has(span)) continue;
    const step = stepOf(span);
    if (step === undefined || !inStep.has(stepKeyText(step))) count(span);
  }
}

/** Of the spans that are outcomes of one step the first to arrive, which is the one that the step's row shows. */
function firstOutcomes(tree: TraceTree, stepOf: (span: TraceSpan) => StepKey | undefined): Set<TraceSpan> {
  const first = new Map<string, TraceSpan>();
  for (const span of tree.parentsFirst()) {
    const step = span.governed ? stepOf(span) : undefined;
    if (step === undefined) continue;
    const text = stepKeyText(step);
    const best = first.get(text);
    if (best === undefined || span.cursor < best.cursor) first.set(text, span);
  }
  return new Set(first.values());
}

function countsByItself(span: TraceSpan): boolean {
  if (span.usageScope === 'own') return true;
  return span.isModelCall && span.usageScope !== 'total';
}

function countsAsTotal(span: TraceSpan): boolean {
  if (span.usageScope === 'own') return false;
  return span.governed || span.usageScope === 'total' || (span.isRollup && span.operation !== 'fetch_response');
}

/**
 * Two instrumentations of one client give one call as two nested spans: the same response, or the same usage. A step, agent or tool
 * between them makes two calls of the latter.
 */
function isNestedCopy(tree: TraceTree, span: TraceSpan, measure: Measure): boolean {
  if (span.usageScope === 'own') return false;
  let direct = true;
  for (let at = tree.parentOf(span); at !== undefined; at = tree.parentOf(at)) {
    if (at.governed || at.isRollup || at.operation === 'execute_tool') direct = false;
    if (!at.isModelCall || at.usageScope === 'total' || !carries(at, measure)) continue;
    if (span.responseId !== '' && at.responseId !== '') {
      if (span.responseId === at.responseId) return true;
    } else if (direct && sameUsage(span, at)) {
      return true;
    }
  }
  return false;
}

/**
 * Two instrumentations of one client may also give one call as two spans beside one another, at the same time and with the same
 * response: of these the one that says most counts. Calls one after the other are two, whatever ids a server gives them.
 */
function withoutSiblingCopies(calls: readonly TraceSpan[]): readonly TraceSpan[] {
  const byResponse = Map.groupBy(calls, (span) => (span.usageScope === 'own' ? '' : span.responseId));
  return calls.filter((span) => {
    const copies = byResponse.get(span.usageScope === 'own' ? '' : span.responseId) ?? [];
    if (span.responseId === '' || copies.length === 1) return true;
    return !copies.some((other) => other !== span && overlap(span, other) && saysMore(other, span));
  });
}

function overlap(a: TraceSpan, b: TraceSpan): boolean {
  return a.startTime <= b.endTime && b.startTime <= a.endTime;
}

function saysMore(a: TraceSpan, b: TraceSpan): boolean {
  const difference = tokensOf(a) - tokensOf(b);
  return difference === 0 ? spanName(a.traceId, a.spanId) < spanName(b.traceId, b.spanId) : difference > 0;
}

function tokensOf(usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  return [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens].reduce<number>(
    (sum, some) => sum + (some ?? 0),
    0,
  );
}

/** What only one of the two says is no difference: one instrumentation may know the price, the other not. */
function sameUsage(a: Usage, b: Usage): boolean {
  const tokens = carries(a, 'usage') && carries(b, 'usage');
  if (tokens && (a.inputTokens !== b.inputTokens || a.outputTokens !== b.outputTokens)) return false;
  if (a.carbonGco2e !== null && b.carbonGco2e !== null && a.carbonGco2e !== b.carbonGco2e) return false;
  return a.costUsd === null || b.costUsd === null || toUnits(a.costUsd) === toUnits(b.costUsd);
}
