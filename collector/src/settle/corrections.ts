import type { EventRow } from './read-events.ts';
import type { SpanRow } from './read-rows.ts';
import { type ResolvedTraces, resolveTraces } from './resolve-traces.ts';
import type { SpanNode, Step } from './span-node.ts';
import { linkSteps, type StepLinks } from './step-places.ts';
import { type StepTotals, sumSteps } from './step-totals.ts';
import { MEASURES } from './trace-span.ts';

/** What a span row must say instead of what it says. */
export interface SpanCorrection {
  readonly trace: string;
  readonly span: string;
  readonly event_date: string;
  /** Cursor of the row that was looked at: another that stands there by now is left alone. */
  readonly position: string;
  readonly is_deleted: number;
  readonly run_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly usage_counted: boolean;
  readonly cost_counted: boolean;
  readonly carbon_counted: boolean;
  readonly agent_name: string;
}

/** Where an event belongs instead. */
export interface EventCorrection {
  readonly run_id: string;
  readonly event_id: string;
  readonly event_date: string;
  /** As in `SpanCorrection`. */
  readonly position: string;
  readonly new_run_id: string;
  readonly is_deleted: number;
}

/** What the rows of traces turned out to mean. */
export interface Resolution extends ResolvedTraces<SpanRow> {
  readonly totals: ReadonlyMap<Step, StepTotals>;
  /** What the steps' spans say of links. */
  readonly links: ReadonlyMap<Step, StepLinks>;
  readonly corrections: readonly SpanCorrection[];
  /** The spans of all groups. */
  readonly nodes: readonly SpanNode<SpanRow>[];
}

/**
 * Resolves traces from their rows.
 *
 * @param rows of whole traces, with all traces that share steps with them
 */
export function resolveRows(rows: readonly SpanRow[]): Resolution {
  const resolved = resolveTraces(rows);
  const { trees, groups } = resolved;
  const nodes = groups.flat();
  const corrections = nodes.filter(isWrong).map((node) => correction(node.span, node, 0));
  for (const tree of trees.values()) {
    for (const row of tree.losers) {
      const node = tree.node(row.spanId);
      if (node !== undefined) corrections.push(correction(row, node, 1));
    }
  }
  return { ...resolved, nodes, totals: sumSteps(trees.values()), links: linkSteps(groups), corrections };
}

function isWrong(node: SpanNode<SpanRow>): boolean {
  const { span: row, counted } = node;
  const step = governedKey(node);
  return (
    row.runId !== node.runId ||
    row.stepId !== step.stepId ||
    row.attempt !== step.attempt ||
    row.agentName !== agentOf(node) ||
    MEASURES.some((measure) => row.counted[measure] !== counted[measure])
  );
}

function correction(row: SpanRow, node: SpanNode, isDeleted: number): SpanCorrection {
  const step = governedKey(node);
  return {
    trace: row.traceId,
    span: row.spanId,
    event_date: row.eventDate,
    position: row.cursor.toString(),
    is_deleted: isDeleted,
    run_id: node.runId,
    step_id: step.stepId,
    attempt: step.attempt,
    usage_counted: node.counted.usage,
    cost_counted: node.counted.cost,
    carbon_counted: node.counted.carbon,
    agent_name: agentOf(node),
  };
}

/** A span row names the agent that it ran for only where it counts: the others need not be written again. */
function agentOf({ span, counted, agentName }: SpanNode): string {
  if (span.agentStamped) return span.agentName;
  return MEASURES.some((measure) => counted[measure]) ? agentName : '';
}

/** A span row names the governed step that it belongs to; an ungoverned step is named by its span id alone. */
function governedKey({ span, step, isGoverned }: SpanNode): { readonly stepId: string; readonly attempt: number } {
  return isGoverned && step !== undefined ? step : { stepId: '', attempt: span.attempt };
}

/** Moves events that name no run to the run of their span, else of their trace. */
export function eventCorrections(rows: readonly EventRow[], { trees, runs }: Resolution): EventCorrection[] {
  return rows.flatMap((row) => {
    const span = trees.get(row.trace_id)?.node(row.span_id);
    const runId = span?.runId ?? runs.get(row.trace_id) ?? row.run_id;
    if (runId === row.run_id) return [];
    const { run_id, event_id, event_date, position } = row;
    const key = { run_id, event_id, event_date, position };
    return [
      { ...key, new_run_id: row.run_id, is_deleted: 1 },
      { ...key, new_run_id: runId, is_deleted: 0 },
    ];
  });
}
