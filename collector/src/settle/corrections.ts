import type { EventRow } from './read-events.ts';
import type { SpanRow } from './read-rows.ts';
import { type ResolvedTraces, resolveTraces } from './resolve-traces.ts';
import { linkSteps, type StepLinks } from './step-places.ts';
import { type StepTotals, sumSteps } from './step-totals.ts';
import { MEASURES, type ResolvedSpan, spanName } from './trace-span.ts';

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
export interface Resolution {
  /** By trace id: the run of spans and events that name none. */
  readonly runs: ReadonlyMap<string, string>;
  /** By `spanName`: the spans that count. */
  readonly spans: ReadonlyMap<string, ResolvedSpan>;
  /** By `stepKeyText`: what the steps came to. */
  readonly totals: ReadonlyMap<string, StepTotals>;
  /** By `stepKeyText`: what the steps' spans say of links. */
  readonly links: ReadonlyMap<string, StepLinks>;
  readonly corrections: readonly SpanCorrection[];
  /** Rows that count. */
  readonly kept: readonly SpanRow[];
}

/**
 * Resolves traces from their rows. Of two rows of one name (on two days) the first to arrive counts.
 *
 * @param rows of whole traces, with all traces that share steps with them
 */
export function resolveRows(rows: readonly SpanRow[]): Resolution {
  const kept = new Map<string, SpanRow>();
  const losers: SpanRow[] = [];
  for (const row of rows) {
    const name = spanName(row.traceId, row.spanId);
    const other = kept.get(name);
    if (other === undefined || row.cursor < other.cursor) kept.set(name, row);
    if (other !== undefined) losers.push(row.cursor < other.cursor ? other : row);
  }
  const resolved: ResolvedTraces = resolveTraces([...kept.values()]);
  const spans = new Map(resolved.spans.map((one) => [spanName(one.span.traceId, one.span.spanId), one]));
  const corrections = [
    ...resolved.spans.flatMap((one) => spanCorrection(one.span as SpanRow, one)),
    ...losers.map((row) => asCorrection(row, spans.get(spanName(row.traceId, row.spanId)) as ResolvedSpan, 1)),
  ];
  return {
    runs: resolved.runs,
    spans,
    totals: sumSteps(resolved.spans),
    links: linkSteps(resolved.spans),
    corrections,
    kept: [...kept.values()],
  };
}

function spanCorrection(row: SpanRow, resolved: ResolvedSpan): SpanCorrection[] {
  const step = governedKey(resolved);
  const same =
    row.runId === resolved.runId &&
    row.stepId === step.stepId &&
    row.attempt === step.attempt &&
    row.agentName === agentOf(resolved) &&
    MEASURES.every((measure) => row.counted[measure] === resolved.counted[measure]);
  return same ? [] : [asCorrection(row, resolved, 0)];
}

function asCorrection(row: SpanRow, resolved: ResolvedSpan, isDeleted: number): SpanCorrection {
  const step = governedKey(resolved);
  return {
    trace: row.traceId,
    span: row.spanId,
    event_date: row.eventDate,
    position: row.cursor.toString(),
    is_deleted: isDeleted,
    run_id: resolved.runId,
    step_id: step.stepId,
    attempt: step.attempt,
    usage_counted: resolved.counted.usage,
    cost_counted: resolved.counted.cost,
    carbon_counted: resolved.counted.carbon,
    agent_name: agentOf(resolved),
  };
}

/** A span row names the agent that it ran for only where it counts: the others need not be written again. */
function agentOf({ span, counted, agentName }: ResolvedSpan): string {
  if (span.agentStamped) return span.agentName;
  return MEASURES.some((measure) => counted[measure]) ? agentName : '';
}

/** A span row names the governed step that it belongs to; an ungoverned step is named by its span id alone. */
function governedKey({ span, step, isStep }: ResolvedSpan): { stepId: string; attempt: number } {
  if (step === undefined || (isStep && !span.stepStamped)) return { stepId: '', attempt: span.attempt };
  return { stepId: step.stepId, attempt: step.attempt };
}

/** Moves events that name no run to the run of their span, else of their trace. */
export function eventCorrections(rows: readonly EventRow[], { spans, runs }: Resolution): EventCorrection[] {
  return rows.flatMap((row) => {
    const span = spans.get(spanName(row.trace_id, row.span_id));
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
