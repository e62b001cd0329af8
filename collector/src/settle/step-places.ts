import { isSameStep, type SpanNode, type Step, type StepKey } from './span-node.ts';
import { spanName } from './trace-span.ts';

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

/**
 * Gathers the links of steps; steps without any are left out.
 *
 * @param groups spans of traces that share steps
 */
export function linkSteps(groups: readonly (readonly SpanNode[])[]): ReadonlyMap<Step, StepLinks> {
  const found = new Map<Step, { linked: string[]; linkable: string[] }>();
  for (const nodes of groups) {
    const linked = new Set(nodes.flatMap(({ span }) => span.links));
    for (const node of nodes) {
      const { span, step } = node;
      const isLinkable = span.isProducer || (linked.size > 0 && linked.has(nameOf(node)));
      if (step === undefined || (span.links.length === 0 && !isLinkable)) continue;
      const links = found.get(step) ?? { linked: [], linkable: [] };
      found.set(step, links);
      for (const link of span.links) links.linked.push(link);
      if (isLinkable) links.linkable.push(nameOf(node));
    }
  }
  return new Map(
    [...found].map(([step, links]) => [step, { linkedSpans: some(links.linked), linkableSpans: some(links.linkable) }]),
  );
}

function nameOf({ span }: SpanNode): string {
  return spanName(span.traceId, span.spanId);
}

function some(names: readonly string[]): string[] {
  return [...new Set(names)].sort().slice(0, MOST_LINKS);
}

/**
 * The place of a step.
 *
 * @param node the span of the step's row; a decision's may be the one around the step
 * @param links what the step's spans say of links; `undefined` for nothing
 */
export function placeOfStep(key: StepKey, { step, enclosing }: SpanNode, links: StepLinks | undefined): StepPlace {
  const parent = step === undefined || isSameStep(step, key) ? enclosing : step;
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
