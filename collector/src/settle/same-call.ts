import { toUnits } from './decimal.ts';
import type { SpanNode } from './span-node.ts';
import type { TraceSpan, Usage } from './trace-span.ts';

/**
 * Gives the model calls above a span that are the same call: two instrumentations of one client give one call as two nested spans,
 * with the same response, or the same usage. A step, agent or tool between them makes two calls of the latter.
 */
export function copiesAbove({ span, parent }: SpanNode): readonly SpanNode[] {
  const copies: SpanNode[] = [];
  if (span.usageScope === 'own') return copies;
  let direct = true;
  for (let node = parent; node !== undefined; node = node.parent) {
    const at = node.span;
    if (at.governed || at.isRollup || at.operation === 'execute_tool') direct = false;
    if (!at.isModelCall || at.usageScope === 'total') continue;
    const byIds = span.responseId !== '' && at.responseId !== '';
    if (byIds ? span.responseId === at.responseId : direct && sameUsage(span, at)) copies.push(node);
  }
  return copies;
}

/**
 * Two instrumentations of one client may also give one call as two spans beside one another in a trace, at the same time and with the
 * same response. Of these the one stays that says most kinds of tokens, then the last to start, which is nearest to the provider.
 * Calls one after the other are two, whatever ids a server gives them; so are calls of two traces, which are not settled together.
 */
export function withoutCopiesBeside(calls: readonly SpanNode[]): readonly SpanNode[] {
  const copies = byResponse(calls);
  return calls.filter(({ span }) => {
    return !copies.get(span.responseId)?.some((other) => areBeside(span, other.span) && isBetter(other.span, span));
  });
}

/** Gives those of the spans that are the same call as one of the others, beside it. */
export function copiesBeside(nodes: readonly SpanNode[], others: readonly SpanNode[]): readonly SpanNode[] {
  const copies = byResponse(others);
  return nodes.filter(({ span }) => copies.get(span.responseId)?.some((other) => areBeside(span, other.span)));
}

/** Spans by their response. Those that name none are left out: they are many, and none is a copy beside another. */
function byResponse(nodes: readonly SpanNode[]): ReadonlyMap<string, readonly SpanNode[]> {
  return Map.groupBy(
    nodes.filter(({ span }) => span.responseId !== ''),
    ({ span }) => span.responseId,
  );
}

function areBeside(a: TraceSpan, b: TraceSpan): boolean {
  if (a === b || a.traceId !== b.traceId || a.responseId !== b.responseId) return false;
  return a.usageScope !== 'own' && b.usageScope !== 'own' && a.startTime <= b.endTime && b.startTime <= a.endTime;
}

function isBetter(a: TraceSpan, b: TraceSpan): boolean {
  const difference = saidKinds(a) - saidKinds(b);
  if (difference !== 0) return difference > 0;
  return a.startTime === b.startTime ? a.spanId > b.spanId : a.startTime > b.startTime;
}

function saidKinds(usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const kinds = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens];
  return kinds.filter((tokens) => tokens !== null).length;
}

/** What only one of the two says is no difference: one instrumentation may know the price, the other not. */
function sameUsage(a: TraceSpan, b: TraceSpan): boolean {
  if (saysTokens(a) && saysTokens(b) && (a.inputTokens !== b.inputTokens || a.outputTokens !== b.outputTokens)) {
    return false;
  }
  if (a.carbonGco2e !== null && b.carbonGco2e !== null && a.carbonGco2e !== b.carbonGco2e) return false;
  const [costA, costB] = [statedCost(a), statedCost(b)];
  return costA === null || costB === null || toUnits(costA) === toUnits(costB);
}

function saysTokens(span: TraceSpan): boolean {
  return span.inputTokens !== null || span.outputTokens !== null;
}

/** Cost that the span itself stated. One that the collector computed is no word of the sender's. */
export function statedCost(span: TraceSpan): string | null {
  return span.priceVersion === '' ? span.costUsd : null;
}
