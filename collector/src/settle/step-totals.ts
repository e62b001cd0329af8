import { type ResolvedSpan, type StepKey, stepKeyText, type Usage } from './trace-span.ts';

/** What a step came to: what counts of the spans that belong to it. */
export interface StepTotals extends Usage {
  readonly key: StepKey;
  /** Model and tool calls of the step, itself not counted. */
  readonly callCount: number;
}

const DECIMALS = 9;
const UNIT = 10n ** BigInt(DECIMALS);

/** Sums what counts, by step. */
export function sumSteps(spans: readonly ResolvedSpan[]): Map<string, StepTotals> {
  const totals = new Map<string, StepTotals>();
  for (const resolved of spans) {
    if (resolved.step === undefined) continue;
    const text = stepKeyText(resolved.step);
    totals.set(text, add(totals.get(text) ?? zero(resolved.step), resolved));
  }
  return totals;
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
    carbonGco2e: plus(totals.carbonGco2e, counted.carbon ? span.carbonGco2e : null),
  };
}

function plus(a: number | null, b: number | null | undefined): number | null {
  if (b === null || b === undefined) return a;
  return (a ?? 0) + b;
}

/** Adds decimal texts of up to nine places exactly. */
export function plusDecimal(a: string | null, b: string | null): string | null {
  if (b === null) return a;
  if (a === null) return b;
  return fromUnits(toUnits(a) + toUnits(b));
}

function toUnits(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole) * UNIT + BigInt(fraction.padEnd(DECIMALS, '0').slice(0, DECIMALS));
  return negative ? -units : units;
}

function fromUnits(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const fraction = (magnitude % UNIT).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${magnitude / UNIT}${fraction === '' ? '' : `.${fraction}`}`;
}
