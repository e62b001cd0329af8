import { resolveAgents } from './agents.ts';
import { countUsage } from './count-usage.ts';
import { enclosingSteps } from './step-places.ts';
import type { ResolvedSpan, StepKey, TraceSpan } from './trace-span.ts';
import { TraceTree } from './trace-tree.ts';

/** What traces turned out to be. */
export interface ResolvedTraces {
  readonly spans: readonly ResolvedSpan[];
  /** By trace id: the run of spans and events that name none. */
  readonly runs: ReadonlyMap<string, string>;
}

/**
 * Says of each span to which run and step it belongs and what of its usage counts. Depends on the set of spans alone, not on the
 * order of their arrival; of spans that claim to be the outcome of one step the first to arrive is.
 *
 * @param spans whole traces; all traces that have spans of one step must be among them for its usage to be right
 */
export function resolveTraces(spans: readonly TraceSpan[]): ResolvedTraces {
  const tree = new TraceTree(spans);
  const traceRuns = findTraceRuns(spans);
  const runs = new Map<TraceSpan, string>();
  const steps = new Map<TraceSpan, StepKey | undefined>();
  for (const span of tree.parentsFirst()) {
    const parent = tree.parentOf(span);
    const traceRun = traceRuns.get(span.traceId) ?? span.traceId;
    const runId = span.runStamped ? span.runId : ((parent && runs.get(parent)) ?? traceRun);
    runs.set(span, runId);
    steps.set(span, governedStep(span, runId, parent && steps.get(parent)));
  }
  const runOf = (span: TraceSpan): string => runs.get(span) ?? span.traceId;
  const ownSteps = new Map(spans.map((span) => [span, steps.get(span) ?? ungovernedStep(span, runOf(span))]));
  const ownStep = (span: TraceSpan): StepKey | undefined => ownSteps.get(span);
  const counted = countUsage(tree, ownStep);
  const enclosing = enclosingSteps(tree, ownStep);
  const agentOf = resolveAgents(tree, ownStep);
  const resolved = spans.map((span) => ({
    span,
    runId: runOf(span),
    step: ownStep(span),
    enclosing: enclosing.get(span),
    isStep: span.stepStamped || (steps.get(span) === undefined && span.operation !== ''),
    counted: counted(span),
    agentName: agentOf(span),
  }));
  return { spans: resolved, runs: traceRuns };
}

/** The governed step that a span is or stands under; its own stamp goes before its parent's. */
function governedStep(span: TraceSpan, runId: string, parentStep: StepKey | undefined): StepKey | undefined {
  if (span.stepStamped) return { runId, stepId: span.stepId, attempt: span.attempt };
  return parentStep;
}

/** The step that a recognised operation is where no governed step is around it. */
function ungovernedStep(span: TraceSpan, runId: string): StepKey | undefined {
  return span.operation === '' ? undefined : { runId, stepId: span.spanId, attempt: span.attempt };
}

/** The run of each trace: that of the stamped span that started first, else the trace itself. */
function findTraceRuns(spans: readonly TraceSpan[]): Map<string, string> {
  const first = new Map<string, TraceSpan>();
  const runs = new Map<string, string>();
  for (const span of spans) {
    if (!runs.has(span.traceId)) runs.set(span.traceId, span.traceId);
    const best = first.get(span.traceId);
    if (!span.runStamped || (best !== undefined && before(best, span))) continue;
    first.set(span.traceId, span);
    runs.set(span.traceId, span.runId);
  }
  return runs;
}

function before(a: TraceSpan, b: TraceSpan): boolean {
  return a.startTime < b.startTime || (a.startTime === b.startTime && a.spanId < b.spanId);
}
