import { firstOutcomes } from './first-outcomes.ts';
import { copiesAbove, statedCost, withoutCopiesBeside } from './same-call.ts';
import { coveredByStated } from './stated-costs.ts';
import { MEASURES, type Measure, type StepKey, stepKeyText, type TraceSpan, type Usage } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** Says whether a span says anything of a measure. */
export function carries(usage: Usage, measure: Measure): boolean {
  if (measure === 'usage') return usage.inputTokens !== null || usage.outputTokens !== null;
  return measure === 'cost' ? usage.costUsd !== null : usage.carbonGco2e !== null;
}

/** Traces and what is known of them. */
interface Scene {
  readonly tree: TraceTree;
  readonly stepOf: (span: TraceSpan) => StepKey | undefined;
  /** First outcomes of steps. */
  readonly outcomes: ReadonlySet<TraceSpan>;
}

/** What counts so far of a measure. */
interface Count {
  readonly spans: Set<TraceSpan>;
  /** Spans that stand above one that counts. */
  readonly above: Set<TraceSpan>;
  /** Steps in which something counts, by `stepKeyText`. */
  readonly steps: Set<string>;
}

type Saying = (span: TraceSpan) => boolean;

/**
 * Decides for each span and measure whether it counts, so that nothing counts twice: model calls count, but not one inside another
 * or beside another that is the same call; roll-ups only where no model call below them does; a governed step only where none of its
 * own calls does (steps inside it are accounted for by themselves) and only in its first outcome; what says that its usage is a total
 * only where nothing below it does. A cost that the collector computed counts only where nobody states that cost.
 */
export function countUsage(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
): (span: TraceSpan) => Record<Measure, boolean> {
  const scene = { tree, stepOf, outcomes: new Set(firstOutcomes(tree, stepOf).values()) };
  const counts = MEASURES.map((measure) => {
    const count = { spans: new Set<TraceSpan>(), above: new Set<TraceSpan>(), steps: new Set<string>() };
    const says: Saying = (span) => carries(span, measure);
    if (measure === 'cost') countCost(scene, count);
    else countSaid(scene, count, says, says);
    return [measure, count.spans] as const;
  });
  return (span) =>
    Object.fromEntries(counts.map(([measure, spans]) => [measure, spans.has(span)])) as Record<Measure, boolean>;
}

/** Counts stated costs as if there were no others, then what was computed for the rest. */
function countCost(scene: Scene, count: Count): void {
  const says: Saying = (span) => span.costUsd !== null;
  const states: Saying = (span) => statedCost(span) !== null;
  countSaid(scene, count, states, states);
  const covered = coveredByStated(scene.tree, scene.stepOf, {
    counted: new Set(count.spans),
    totals: new Set([...count.spans].filter(countsAsTotalOfAll)),
    outcomes: [...scene.outcomes].filter(countsAsTotal),
  });
  countSaid(scene, count, (span) => says(span) && !states(span) && !covered.has(span), says);
}

/**
 * Counts what `says` something.
 *
 * @param saysToo what makes a call above the same call: it counts instead
 */
function countSaid({ tree, stepOf, outcomes }: Scene, done: Count, says: Saying, saysToo: Saying): void {
  const count = (span: TraceSpan): void => {
    done.spans.add(span);
    const step = stepOf(span);
    if (step !== undefined) done.steps.add(stepKeyText(step));
    for (let at = tree.parentOf(span); at !== undefined && !done.above.has(at); at = tree.parentOf(at)) {
      done.above.add(at);
    }
  };
  const own = tree.parentsFirst().filter((span) => {
    return says(span) && countsByItself(span) && !copiesAbove(tree, span).some(saysToo);
  });
  for (const span of withoutCopiesBeside(own)) count(span);
  // Children first, so that of nested totals the innermost counts.
  for (const span of [...tree.parentsFirst()].reverse()) {
    if (!says(span) || !countsAsTotal(span) || (span.governed && !outcomes.has(span))) continue;
    if (countsAsTotalOfAll(span) && done.above.has(span)) continue;
    const step = stepOf(span);
    if (step === undefined || !done.steps.has(stepKeyText(step))) count(span);
  }
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
