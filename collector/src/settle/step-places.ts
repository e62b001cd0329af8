import { type ResolvedSpan, type StepKey, spanName, stepKeyText, type TraceSpan } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** Spans of one step that links may name, and links that its spans may have: more are left out, the same ones each time. */
const MOST_LINKS = 1000;

/** What a step's spans say of links. Spans are named as in `spanName`, sorted. */
export interface StepLinks {
  /** Spans that spans of the step link to. */
  readonly linkedSpans: readonly string[];
  /** Spans of the step that links of other traces are likely to name: those that send messages, and those linked to nearby. */
  readonly linkableSpans: readonly string[];
}

/** Columns of a step row that say where the step stands in the graph of its run. */
export interface StepPlace {
  /** Run of the enclosing step where it is another; else empty. */
  readonly parent_run_id: string;
  /** Nearest step around this one, whatever spans are between them; empty for none. */
  readonly parent_step_id: string;
  readonly linked_spans: readonly string[];
  readonly linkable_spans: readonly string[];
}

/** Finds for each span the nearest step above it that is not its own. Attempts of one step are the same step. */
export function enclosingSteps(
  tree: TraceTree,
  stepOf: (span: TraceSpan) => StepKey | undefined,
): ReadonlyMap<TraceSpan, StepKey | undefined> {
  const enclosing = new Map<TraceSpan, StepKey | undefined>();
  for (const span of tree.parentsFirst()) {
    const parent = tree.parentOf(span);
    if (parent === undefined) continue;
    const step = stepOf(parent);
    enclosing.set(span, step === undefined || isSameStep(step, stepOf(span)) ? enclosing.get(parent) : step);
  }
  return enclosing;
}

/** Gathers the links of steps, by `stepKeyText`; steps without any are left out. */
export function linkSteps(spans: readonly ResolvedSpan[]): ReadonlyMap<string, StepLinks> {
  const linked = new Set(spans.flatMap(({ span }) => span.links));
  const found = new Map<string, { linked: Set<string>; linkable: Set<string> }>();
  for (const { span, step } of spans) {
    const name = spanName(span.traceId, span.spanId);
    const isLinkable = span.isProducer || linked.has(name);
    if (step === undefined || (span.links.length === 0 && !isLinkable)) continue;
    const text = stepKeyText(step);
    const links = found.get(text) ?? { linked: new Set(), linkable: new Set() };
    for (const link of span.links) links.linked.add(link);
    if (isLinkable) links.linkable.add(name);
    found.set(text, links);
  }
  const some = (names: ReadonlySet<string>): string[] => [...names].sort().slice(0, MOST_LINKS);
  return new Map(
    [...found].map(([text, links]) => [text, { linkedSpans: some(links.linked), linkableSpans: some(links.linkable) }]),
  );
}

/**
 * The place of a step.
 *
 * @param span the span of the step's row; a decision's may be the one around the step
 * @param links what the step's spans say of links; `undefined` for nothing
 */
export function placeOfStep(key: StepKey, span: ResolvedSpan, links: StepLinks | undefined): StepPlace {
  const parent = span.step === undefined || isSameStep(span.step, key) ? span.enclosing : span.step;
  return {
    parent_run_id: parent === undefined || parent.runId === key.runId ? '' : parent.runId,
    parent_step_id: parent?.stepId ?? '',
    linked_spans: links?.linkedSpans ?? [],
    linkable_spans: links?.linkableSpans ?? [],
  };
}

/** Says whether two rows say the same of a step's place. */
export function isSamePlace(a: StepPlace, b: StepPlace): boolean {
  return (
    a.parent_run_id === b.parent_run_id &&
    a.parent_step_id === b.parent_step_id &&
    a.linked_spans.join() === b.linked_spans.join() &&
    a.linkable_spans.join() === b.linkable_spans.join()
  );
}

function isSameStep(a: StepKey, b: StepKey | undefined): boolean {
  return a.runId === b?.runId && a.stepId === b.stepId;
}
