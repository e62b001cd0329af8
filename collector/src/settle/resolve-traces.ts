import { countUsage } from './count-usage.ts';
import { isSameStep, type SpanNode, Step, type StepKey, stepKeyText } from './span-node.ts';
import { TraceGroups } from './trace-groups.ts';
import type { TraceSpan } from './trace-span.ts';
import { TraceTree } from './trace-tree.ts';

/** What traces turned out to be. */
export interface ResolvedTraces<Span extends TraceSpan> {
  /** By trace id, in the order of ids. */
  readonly trees: ReadonlyMap<string, TraceTree<Span>>;
  /** Spans of traces that share steps, each after its parent; in one and the same order however they arrived. */
  readonly groups: readonly (readonly SpanNode<Span>[])[];
  /** By `stepKeyText`: the steps that the spans belong to. */
  readonly steps: ReadonlyMap<string, Step>;
  /** By trace id: the run of spans and events that name none. */
  readonly runs: ReadonlyMap<string, string>;
}

/**
 * Says of each span to which run and step it belongs and what of its usage counts. Depends on the set of spans alone, not on the
 * order of their arrival; of spans of one name, and of spans that claim to be the outcome of one step, the first to arrive counts.
 *
 * @param spans whole traces; all traces that have spans of one step must be among them for its usage to be right
 */
export function resolveTraces<Span extends TraceSpan>(spans: readonly Span[]): ResolvedTraces<Span> {
  const byTrace = [...Map.groupBy(spans, (span) => span.traceId)].sort(([a], [b]) => (a < b ? -1 : 1));
  const steps = new Map<string, Step>();
  const runs = new Map<string, string>();
  const trees = new Map<string, TraceTree<Span>>();
  const shared = new TraceGroups(byTrace.length);
  for (const [number, [traceId, ofTrace]] of byTrace.entries()) {
    const tree = new TraceTree(ofTrace);
    const traceRun = runOfTrace(
      traceId,
      tree.nodes.map(({ span }) => span),
    );
    runs.set(traceId, traceRun);
    trees.set(traceId, tree);
    const stepOf = (key: StepKey, above: Step | undefined): Step => {
      if (above?.attempt === key.attempt && isSameStep(above, key)) return above;
      const text = stepKeyText(key);
      const known = steps.get(text);
      if (known !== undefined) {
        shared.join(known.trace, number);
        return known;
      }
      const step = new Step(key, number);
      steps.set(text, step);
      return step;
    };
    for (const node of tree.nodes) findPlace(node, traceRun, stepOf);
  }
  const groups = shared.groups([...trees.values()].map((tree) => tree.nodes));
  for (const group of groups) {
    countUsage(group);
    for (const node of group) if (node.agentName === '') node.agentName = node.step?.outcome?.agentName ?? '';
  }
  return { trees, groups, steps, runs };
}

/** By trace id: the run of spans and events of traces that name none. */
export function runsOfTraces(spans: readonly TraceSpan[]): ReadonlyMap<string, string> {
  const byTrace = Map.groupBy(spans, (span) => span.traceId);
  return new Map([...byTrace].map(([traceId, ofTrace]) => [traceId, runOfTrace(traceId, ofTrace)]));
}

/** The run of spans of a trace that name none: that of the stamped span that started first, else the trace itself. */
function runOfTrace(traceId: string, spans: readonly TraceSpan[]): string {
  let first: TraceSpan | undefined;
  for (const span of spans) if (span.runStamped && (first === undefined || isBefore(span, first))) first = span;
  return first?.runId ?? traceId;
}

function isBefore(a: TraceSpan, b: TraceSpan): boolean {
  return a.startTime < b.startTime || (a.startTime === b.startTime && a.spanId < b.spanId);
}

/** Fills in what follows from a span and those above it. Its own stamps go before its parent's. */
function findPlace(node: SpanNode, traceRun: string, stepOf: (key: StepKey, above: Step | undefined) => Step): void {
  const { span, parent } = node;
  node.runId = span.runStamped ? span.runId : (parent?.runId ?? traceRun);
  node.isGoverned = span.stepStamped || (parent?.isGoverned ?? false);
  if (node.isGoverned && !span.stepStamped) node.step = parent?.step;
  else if (span.stepStamped || span.operation !== '') {
    const stepId = span.stepStamped ? span.stepId : span.spanId;
    node.step = stepOf({ runId: node.runId, stepId, attempt: span.attempt }, parent?.step);
  }
  if (parent !== undefined) {
    const isOwn = parent.step === undefined || isSameStep(parent.step, node.step);
    node.enclosing = isOwn ? parent.enclosing : parent.step;
  }
  node.agentName = span.agentStamped ? span.agentName : (parent?.agentName ?? '');
  if (!span.governed || node.step === undefined) return;
  const { outcome } = node.step;
  if (outcome === undefined || span.cursor < outcome.span.cursor) node.step.outcome = node;
}
