import type { EventRow, SpanRow, StepRow } from './read-rows.ts';
import { resolveTrace } from './resolve-trace.ts';
import { type StepTotals, sumSteps } from './step-totals.ts';
import { MEASURES, type ResolvedSpan, type StepKey, stepKeyText } from './trace-span.ts';

/** What a span row must say instead of what it says. */
export interface SpanCorrection {
  readonly trace: string;
  readonly span: string;
  readonly event_date: string;
  readonly is_deleted: number;
  readonly run_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly usage_counted: boolean;
  readonly cost_counted: boolean;
  readonly carbon_counted: boolean;
}

/** What a step row must say; under `new_run_id`, or not at all where `is_deleted`. */
export interface StepCorrection {
  readonly run_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly event_date: string;
  readonly new_run_id: string;
  readonly is_deleted: number;
  readonly call_count: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: string | null;
  readonly carbon_gco2e: number | null;
}

/** Where an event belongs instead. */
export interface EventCorrection {
  readonly run_id: string;
  readonly event_id: string;
  readonly event_date: string;
  readonly new_run_id: string;
  readonly is_deleted: number;
}

/** What a trace turned out to be. */
export interface TraceResolution {
  readonly traceId: string;
  /** Run of spans and events that name none. */
  readonly traceRun: string;
  readonly spans: ReadonlyMap<string, ResolvedSpan>;
  readonly totals: ReadonlyMap<string, StepTotals>;
  readonly corrections: readonly SpanCorrection[];
}

/** Resolves a trace from its rows. Of two rows of one name (on two days) the first to arrive counts. */
export function resolveRows(traceId: string, rows: readonly SpanRow[]): TraceResolution {
  const kept = new Map<string, SpanRow>();
  const losers: SpanRow[] = [];
  for (const row of rows) {
    const other = kept.get(row.spanId);
    if (other === undefined || row.cursor < other.cursor) kept.set(row.spanId, row);
    if (other !== undefined) losers.push(row.cursor < other.cursor ? other : row);
  }
  const resolved = resolveTrace(traceId, [...kept.values()]);
  const spans = new Map(resolved.map((one) => [one.span.spanId, one]));
  const corrections = [
    ...resolved.flatMap((one) => spanCorrection(kept.get(one.span.spanId) as SpanRow, one)),
    ...losers.map((row) => asCorrection(row, spans.get(row.spanId) as ResolvedSpan, 1)),
  ];
  const traceRun = resolved.find((one) => !one.span.runStamped && one.span.parentSpanId === '')?.runId;
  return {
    traceId,
    traceRun: traceRun ?? resolved[0]?.runId ?? traceId,
    spans,
    totals: sumSteps(resolved),
    corrections,
  };
}

function spanCorrection(row: SpanRow, resolved: ResolvedSpan): SpanCorrection[] {
  const step = governedKey(resolved);
  const same =
    row.runId === resolved.runId &&
    row.stepId === step.stepId &&
    row.attempt === step.attempt &&
    MEASURES.every((measure) => row.counted[measure] === resolved.counted[measure]);
  return same ? [] : [asCorrection(row, resolved, 0)];
}

function asCorrection(row: SpanRow, resolved: ResolvedSpan, isDeleted: number): SpanCorrection {
  const step = governedKey(resolved);
  return {
    trace: row.traceId,
    span: row.spanId,
    event_date: row.eventDate,
    is_deleted: isDeleted,
    run_id: resolved.runId,
    step_id: step.stepId,
    attempt: step.attempt,
    usage_counted: resolved.counted.usage,
    cost_counted: resolved.counted.cost,
    carbon_counted: resolved.counted.carbon,
  };
}

/** A span row names the governed step that it belongs to; an ungoverned step is named by its span id alone. */
function governedKey({ span, step, isStep }: ResolvedSpan): { stepId: string; attempt: number } {
  if (step === undefined || (isStep && !span.stepStamped)) return { stepId: '', attempt: span.attempt };
  return { stepId: step.stepId, attempt: step.attempt };
}

/** Says what is wrong with the step rows of resolved traces: rows of calls, rows under a wrong run, wrong usage, second rows of a step. */
export function stepCorrections(
  rows: readonly StepRow[],
  traces: ReadonlyMap<string, TraceResolution>,
): StepCorrection[] {
  const best = new Map<string, StepRow>();
  const corrections: StepCorrection[] = [];
  for (const row of rows) {
    const trace = traces.get(row.trace_id);
    const key = trace === undefined ? row : wantedKey(row, trace);
    if (key === undefined) {
      corrections.push(correction(row, row.run_id, 1, undefined));
      continue;
    }
    const text = stepKeyText({
      runId: 'runId' in key ? key.runId : key.run_id,
      stepId: row.step_id,
      attempt: row.attempt,
    });
    const other = best.get(text);
    if (other !== undefined) {
      const loser = BigInt(other.version) >= BigInt(row.version) ? row : other;
      if (loser.event_date !== (loser === row ? other : row).event_date)
        corrections.push(correction(loser, loser.run_id, 1, undefined));
      if (loser === row) continue;
    }
    best.set(text, row);
  }
  for (const [text, row] of best) corrections.push(...settleRow(row, text, traces.get(row.trace_id)));
  return corrections;
}

function settleRow(row: StepRow, text: string, trace: TraceResolution | undefined): StepCorrection[] {
  const [runId] = JSON.parse(text) as [string];
  const totals = trace?.totals.get(text);
  if (runId !== row.run_id) return [correction(row, row.run_id, 1, undefined), correction(row, runId, 0, totals)];
  return totals === undefined || sameTotals(row, totals) ? [] : [correction(row, runId, 0, totals)];
}

/** Key under which a row of the trace should stand; undefined where it should not stand at all. */
function wantedKey(row: StepRow, trace: TraceResolution): StepKey | undefined {
  const resolved = trace.spans.get(row.span_id);
  if (row.source === 'decision' || resolved === undefined) {
    const runId = row.run_id === trace.traceId ? (resolved?.runId ?? trace.traceRun) : row.run_id;
    return { runId, stepId: row.step_id, attempt: row.attempt };
  }
  // The row of a call, or of a span that lost its name to an earlier one.
  if (!resolved.isStep || resolved.step?.stepId !== row.step_id || resolved.step.attempt !== row.attempt)
    return undefined;
  return { runId: resolved.runId, stepId: row.step_id, attempt: row.attempt };
}

function correction(row: StepRow, newRunId: string, isDeleted: number, totals: StepTotals | undefined): StepCorrection {
  return {
    run_id: row.run_id,
    step_id: row.step_id,
    attempt: row.attempt,
    event_date: row.event_date,
    new_run_id: newRunId,
    is_deleted: isDeleted,
    call_count: totals?.callCount ?? row.call_count,
    input_tokens: totals === undefined ? row.input_tokens : totals.inputTokens,
    output_tokens: totals === undefined ? row.output_tokens : totals.outputTokens,
    cache_read_tokens: totals === undefined ? row.cache_read_tokens : totals.cacheReadTokens,
    cache_write_tokens: totals === undefined ? row.cache_write_tokens : totals.cacheWriteTokens,
    reasoning_tokens: totals === undefined ? row.reasoning_tokens : totals.reasoningTokens,
    cost_usd: totals === undefined ? row.cost_usd : totals.costUsd,
    carbon_gco2e: totals === undefined ? row.carbon_gco2e : totals.carbonGco2e,
  };
}

function sameTotals(row: StepRow, totals: StepTotals): boolean {
  return (
    row.call_count === totals.callCount &&
    row.input_tokens === totals.inputTokens &&
    row.output_tokens === totals.outputTokens &&
    row.cache_read_tokens === totals.cacheReadTokens &&
    row.cache_write_tokens === totals.cacheWriteTokens &&
    row.reasoning_tokens === totals.reasoningTokens &&
    Number(row.cost_usd) === Number(totals.costUsd) &&
    (row.cost_usd === null) === (totals.costUsd === null) &&
    row.carbon_gco2e === totals.carbonGco2e
  );
}

/** Moves events that name no run to the run of their span, else of their trace. */
export function eventCorrections(
  rows: readonly EventRow[],
  traces: ReadonlyMap<string, TraceResolution>,
): EventCorrection[] {
  return rows.flatMap((row) => {
    const trace = traces.get(row.trace_id);
    const runId = trace?.spans.get(row.span_id)?.runId ?? trace?.traceRun ?? row.run_id;
    if (runId === row.run_id) return [];
    const key = { run_id: row.run_id, event_id: row.event_id, event_date: row.event_date };
    return [
      { ...key, new_run_id: row.run_id, is_deleted: 1 },
      { ...key, new_run_id: runId, is_deleted: 0 },
    ];
  });
}
