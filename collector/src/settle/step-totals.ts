import { plusDecimal } from './decimal.ts';
import type { SpanNode, Step } from './span-node.ts';
import type { TraceSpan, Usage } from './trace-span.ts';
import type { TraceTree } from './trace-tree.ts';

/** What a step came to: what counts of the spans that belong to it. */
export interface StepTotals extends Usage {
  /** Model and tool calls of the step, itself not counted. */
  readonly callCount: number;
  /** Who computed the cost that counts; `mixed` where several did, empty where none counts. */
  readonly costSource: string;
  /** Price list by which the collector computed it; `mixed` where there were several, empty where it did not. */
  readonly priceVersion: string;
}

/** Sums what counts, by step. In the order of ids, since a sum of doubles depends on the order in its last digits. */
export function sumSteps(trees: Iterable<TraceTree<TraceSpan>>): ReadonlyMap<Step, StepTotals> {
  const totals = new Map<Step, Sum>();
  for (const tree of trees) {
    for (const node of tree.byId()) {
      if (node.step === undefined) continue;
      const sum = totals.get(node.step) ?? new Sum();
      sum.add(node);
      totals.set(node.step, sum);
    }
  }
  return totals;
}

class Sum implements StepTotals {
  callCount = 0;
  inputTokens: number | null = null;
  outputTokens: number | null = null;
  cacheReadTokens: number | null = null;
  cacheWriteTokens: number | null = null;
  reasoningTokens: number | null = null;
  costUsd: string | null = null;
  costSource = '';
  priceVersion = '';
  carbonGco2e: number | null = null;

  add({ span, counted, isGoverned }: SpanNode): void {
    if (isGoverned && !span.governed && (span.isModelCall || span.operation === 'execute_tool')) this.callCount += 1;
    if (counted.usage) {
      this.inputTokens = plus(this.inputTokens, span.inputTokens);
      this.outputTokens = plus(this.outputTokens, span.outputTokens);
      this.cacheReadTokens = plus(this.cacheReadTokens, span.cacheReadTokens);
      this.cacheWriteTokens = plus(this.cacheWriteTokens, span.cacheWriteTokens);
      this.reasoningTokens = plus(this.reasoningTokens, span.reasoningTokens);
    }
    if (counted.cost) {
      this.costUsd = plusDecimal(this.costUsd, span.costUsd);
      this.costSource = merge(this.costSource, span.costSource);
      this.priceVersion = merge(this.priceVersion, span.priceVersion);
    }
    if (counted.carbon) this.carbonGco2e = plus(this.carbonGco2e, span.carbonGco2e);
  }
}

/** One name for two; an empty one says nothing. */
function merge(a: string, b: string): string {
  if (a === '' || b === '' || a === b) return a === '' ? b : a;
  return 'mixed';
}

function plus(a: number | null, b: number | null): number | null {
  return b === null ? a : (a ?? 0) + b;
}
