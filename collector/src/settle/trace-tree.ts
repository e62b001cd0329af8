import { SpanNode } from './span-node.ts';
import type { TraceSpan } from './trace-span.ts';

/** The spans of one trace by their parents. A span whose parent is missing, or that stands in a circle, is a root. */
export class TraceTree<Span extends TraceSpan> {
  /** All spans, each after its parent; in one and the same order however they arrived. */
  readonly nodes: readonly SpanNode<Span>[];
  /** Spans of whose id an earlier one came: they do not count. */
  readonly losers: readonly Span[];
  readonly #byId: ReadonlyMap<string, SpanNode<Span>>;

  /** @param spans of one trace */
  constructor(spans: readonly Span[]) {
    const byId = new Map<string, SpanNode<Span>>();
    const losers: Span[] = [];
    // In the order of ids, so that a circle is cut at the same place each time.
    for (const span of spans.toSorted(byIdAndArrival)) {
      if (byId.has(span.spanId)) losers.push(span);
      else byId.set(span.spanId, new SpanNode(span));
    }
    this.#byId = byId;
    this.losers = losers;
    const seen = new Set<SpanNode>();
    const placed: SpanNode<Span>[] = [];
    for (const node of byId.values()) this.#place(node, seen, placed);
    this.nodes = placed;
  }

  node(spanId: string): SpanNode<Span> | undefined {
    return this.#byId.get(spanId);
  }

  /** All spans in the order of their ids. */
  byId(): Iterable<SpanNode<Span>> {
    return this.#byId.values();
  }

  /** Places a span after its ancestors, which are placed first where they are not yet. */
  #place(node: SpanNode<Span>, seen: Set<SpanNode>, placed: SpanNode<Span>[]): void {
    const chain: SpanNode<Span>[] = [];
    let at: SpanNode<Span> | undefined = node;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      chain.push(at);
      at = at.span.parentSpanId === '' ? undefined : this.node(at.span.parentSpanId);
    }
    let parent = at !== undefined && chain.includes(at) ? undefined : at;
    for (const next of chain.reverse()) {
      next.parent = parent;
      placed.push(next);
      parent = next;
    }
  }
}

function byIdAndArrival(a: TraceSpan, b: TraceSpan): number {
  if (a.spanId !== b.spanId) return a.spanId < b.spanId ? -1 : 1;
  return a.cursor < b.cursor ? -1 : 1;
}
