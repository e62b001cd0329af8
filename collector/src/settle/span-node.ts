import type { Measure, TraceSpan } from './trace-span.ts';

/** Names a step in its tenant. */
export interface StepKey {
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
}

/** Text that no two keys share, for maps. */
export function stepKeyText({ runId, stepId, attempt }: StepKey): string {
  return `${attempt} ${runId.length} ${runId}${stepId}`;
}

/** A step that spans of the traces at hand belong to. There is one object a step: who compares steps compares objects. */
export class Step implements StepKey {
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
  /** Number of the first trace that has a span of it. */
  readonly trace: number;
  /** Of the spans that are outcomes of the step the first to arrive, which is the one that the step's row shows. */
  outcome: SpanNode | undefined;

  constructor({ runId, stepId, attempt }: StepKey, trace: number) {
    this.runId = runId;
    this.stepId = stepId;
    this.attempt = attempt;
    this.trace = trace;
  }
}

/** Says whether two are the same step; attempts of one step are. */
export function isSameStep(a: StepKey, b: StepKey | undefined): boolean {
  return a === b || (a.stepId === b?.stepId && a.runId === b.runId);
}

/** A span in its trace, and what it turned out to be. Filled in from the root down, then by the group of its trace. */
export class SpanNode<Span extends TraceSpan = TraceSpan> {
  readonly span: Span;
  /** Undefined for a root: a span whose parent is missing, or where a circle of parents is cut. */
  parent: SpanNode<Span> | undefined;
  runId = '';
  /** Step that the span is or belongs to; undefined for a span outside of any step. */
  step: Step | undefined;
  /** Nearest step above the span that is not `step`, whatever spans are between them. */
  enclosing: Step | undefined;
  /** True where `step` is named by a stamp, its own or one above; false for a recognised operation outside of governed steps. */
  isGoverned = false;
  /** Agent that the span is, or that it ran for: the one that it names, else the nearest named above it, else its step's; else empty. */
  agentName = '';
  readonly counted: Record<Measure, boolean> = { usage: false, cost: false, carbon: false };

  constructor(span: Span) {
    this.span = span;
  }

  /** True where the span has a step row of its own. */
  get isStep(): boolean {
    return this.span.stepStamped || (this.step !== undefined && !this.isGoverned);
  }
}
