import { plusDecimal } from './decimal.ts';
import { type ResolvedSpan, type StepKey, spanName, stepKeyText, type Usage } from './trace-span.ts';

/** What a step came to: what counts of the spans that belong to it. */
export interface StepTotals extends Usage {
  readonly key: StepKey;
  /** Model and tool calls of the step, itself not counted. */
  readonly callCount: number;
  /** Who computed the cost that counts; `mixed` where several did, empty where none counts. */
  readonly costSource: string;
  /** Price list by which the collector computed it; `mixed` where there were several, empty where it did not. */
  readonly priceVersion: string;
}

/** Sums what counts, by step. In the order of ids, since a sum of doubles depends on the order in its last digits. */
export function sumSteps(spans: readonly ResolvedSpan[]): Map<string, StepTotals> {
  const totals = new Map<string, StepTotals>();
  for (const resolved of [...spans].sort(byName)) {
    if (resolved.step === undefined) continue;
    const text = stepKeyText(resolved.step);
    totals.set(text, add(totals.get(text) ?? zero(resolved.step), resolved));
  }
  return totals;
}

function byName({ span: a }: ResolvedSpan, { span: b }: ResolvedSpan): number {
  return spanName(a.traceId, a.spanId) < spanName(b.traceId, b.spanId) ? -1 : 1;
}

function zero(key: StepKey): StepTotals {
  return {
    key,
    callCount: 0,
    inputTokens: null,
    outputTokens: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    costUsd: null,
    costSource: '',
    priceVersion: '',
    carbonGco2e: null,
  };
}

function add(totals: StepTotals, { span, counted, isStep }: ResolvedSpan): StepTotals {
  const usage = counted.usage ? span : undefined;
  const isCall =
    !span.governed && (!isStep || span.stepStamped) && (span.isModelCall || span.operation === 'execute_tool');
  return {
    key: totals.key,
    callCount: totals.callCount + (isCall ? 1 : 0),
    inputTokens: plus(totals.inputTokens, usage?.inputTokens),
    outputTokens: plus(totals.outputTokens, usage?.outputTokens),
    cacheReadTokens: plus(totals.cacheReadTokens, usage?.cacheReadTokens),
    cacheWriteTokens: plus(totals.cacheWriteTokens, usage?.cacheWriteTokens),
    reasoningTokens: plus(totals.reasoningTokens, usage?.reasoningTokens),
    costUsd: plusDecimal(totals.costUsd, counted.cost ? span.costUsd : null),
    costSource: counted.cost ? merge(totals.costSource, span.costSource) : totals.costSource,
    priceVersion: counted.cost ? merge(totals.priceVersion, span.priceVersion) : totals.priceVersion,
    carbonGco2e: plus(totals.carbonGco2e, counted.carbon ? span.carbonGco2e : null),
  };
}

/** One name for two; an empty one says nothing. */
function merge(a: string, b: string): string {
  if (a === '' || b === '' || a === b) return a === '' ? b : a;
  return 'mixed';
}

function plus(a: number | null, b: number | null | undefined): number | null {
  if (b === null || b === undefined) return a;
  return (a ?? 0) + b;
}
