import { countUsage } from './count-usage.ts';
import type { ResolvedSpan, StepKey, TraceSpan } from './trace-span.ts';
import { TraceTree } from './trace-tree.ts';

/**
 * Says of each span of a trace to which run and step it belongs and what of its usage counts. Depends on the set of spans alone, not
 * on the order of their arrival.
 */
export function resolveTrace(traceId: string, spans: readonly TraceSpan[]): ResolvedSpan[] {
  const tree = new TraceTree(spans);
  const traceRun = firstStampedRun(spans) ?? traceId;
  const runs = new Map<TraceSpan, string>();
  const steps = new Map<TraceSpan, StepKey | undefined>();
  for (const span of tree.parentsFirst()) {
    const parent = tree.parentOf(span);
    const runId = span.runStamped ? span.runId : ((parent && runs.get(parent)) ?? traceRun);
    runs.set(span, runId);
    steps.set(span, governedStep(span, runId, parent && steps.get(parent)));
  }
  const isStep = (span: TraceSpan): boolean =>
    span.stepStamped || (steps.get(span) === undefined && span.operation !== '');
  const ownStep = (span: TraceSpan): StepKey | undefined =>
    steps.get(span) ??
    (span.operation === ''
      ? undefined
      : { runId: runs.get(span) ?? traceRun, stepId: span.spanId, attempt: span.attempt });
  const counted = countUsage(tree, ownStep);
  return spans.map((span) => ({
    span,
    runId: runs.get(span) ?? traceRun,
    step: ownStep(span),
    isStep: isStep(span),
    counted: counted(span),
  }));
}

/** The governed step that a span is or stands under; its own stamp goes before its parent's. */
function governedStep(span: TraceSpan, runId: string, parentStep: StepKey | undefined): StepKey | undefined {
  if (span.stepStamped) return { runId, stepId: span.stepId, attempt: span.attempt };
  return parentStep;
}

/** The run named by the earliest stamped span: of equal starts the one that arrived first. */
function firstStampedRun(spans: readonly TraceSpan[]): string | undefined {
  let first: TraceSpan | undefined;
  for (const span of spans) {
    if (!span.runStamped) continue;
    if (first === undefined || before(span, first)) first = span;
  }
  return first?.runId;
}

function before(a: TraceSpan, b: TraceSpan): boolean {
  return a.startTime < b.startTime || (a.startTime === b.startTime && a.spanId < b.spanId);
}
