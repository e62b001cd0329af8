import { spanName, type TraceSpan } from './trace-span.ts';

/** Spans of traces by their parents. A span whose parent is missing, or that stands in a circle, is a root. */
export class TraceTree {
  readonly #spans: ReadonlyMap<string, TraceSpan>;
  readonly #order: TraceSpan[] = [];
  readonly #parents = new Map<TraceSpan, TraceSpan>();

  constructor(spans: readonly TraceSpan[]) {
    this.#spans = new Map(spans.map((span) => [spanName(span.traceId, span.spanId), span]));
    const placed = new Set<TraceSpan>();
    // In the order of ids, so that a circle is cut at the same place however the spans arrived.
    for (const name of [...this.#spans.keys()].sort()) this.#place(this.#spans.get(name) as TraceSpan, placed);
  }

  /** All spans, each after its parent. */
  parentsFirst(): readonly TraceSpan[] {
    return this.#order;
  }

  parentOf(span: TraceSpan): TraceSpan | undefined {
    return this.#parents.get(span);
  }

  /** Places a span after its ancestors, which are placed first where they are not yet. */
  #place(span: TraceSpan, placed: Set<TraceSpan>): void {
    const chain: TraceSpan[] = [];
    const seen = new Set<TraceSpan>();
    let current: TraceSpan | undefined = span;
    while (current !== undefined && !placed.has(current) && !seen.has(current)) {
      chain.push(current);
      seen.add(current);
      current = this.#named(current);
    }
    for (const next of chain.reverse()) {
      const parent = this.#named(next);
      if (parent !== undefined && placed.has(parent)) this.#parents.set(next, parent);
      placed.add(next);
      this.#order.push(next);
    }
  }

  /** The span that a span names as its parent. */
  #named(span: TraceSpan): TraceSpan | undefined {
    return span.parentSpanId === '' ? undefined : this.#spans.get(spanName(span.traceId, span.parentSpanId));
  }
}
