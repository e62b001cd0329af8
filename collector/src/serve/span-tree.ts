/** What the tree needs to know of a span. */
export interface FlatSpan {
  readonly trace_id: string;
  readonly span_id: string;
  /** Empty for a root. */
  readonly parent_span_id: string;
}

/** Why a span stands at the top although its parent is there: it closes a circle, or lies too deep. */
type Cut = 'cycle' | 'depth' | null;

/** A span with the spans below it. */
export type SpanNode<Span extends FlatSpan> = Span & {
  /** True when the span names a parent that is not there. */
  readonly parent_missing: boolean;
  readonly cut: Cut;
  readonly children: SpanNode<Span>[];
};

interface Waiting<Span extends FlatSpan> {
  readonly span: Span;
  readonly into: SpanNode<Span>[];
  readonly depth: number;
  readonly cut: Cut;
  readonly parentMissing: boolean;
}

/** Deepest nesting of an answer; more would overflow the readers of JSON. */
const DEEPEST = 256;

/**
 * Nests spans under their parents, in the order given. Every span is in the result once: one whose parent is missing is a root,
 * and so is one of a circle, or one below the deepest level.
 */
export function buildSpanTree<Span extends FlatSpan>(
  spans: readonly Span[],
  deepest: number = DEEPEST,
): SpanNode<Span>[] {
  const key = (traceId: string, spanId: string): string => `${traceId}:${spanId}`;
  const known = new Set(spans.map((span) => key(span.trace_id, span.span_id)));
  const childrenOf = Map.groupBy(spans, (span) => key(span.trace_id, span.parent_span_id));
  const placed = new Set<Span>();
  const roots: SpanNode<Span>[] = [];

  /** Places a span and all below it, without recursion, since a chain may be long. */
  const place = (root: Span, cut: Cut, parentMissing: boolean): void => {
    const waiting: Waiting<Span>[] = [{ span: root, into: roots, depth: 1, cut, parentMissing }];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { span, into, depth } = next;
      if (placed.has(span)) continue;
      placed.add(span);
      const node: SpanNode<Span> = { ...span, parent_missing: next.parentMissing, cut: next.cut, children: [] };
      into.push(node);
      for (const child of childrenOf.get(key(span.trace_id, span.span_id)) ?? []) {
        const below = depth < deepest;
        waiting.push({
          span: child,
          into: below ? node.children : roots,
          depth: below ? depth + 1 : 1,
          cut: below ? null : 'depth',
          parentMissing: false,
        });
      }
    }
  };

  for (const span of spans) {
    if (span.parent_span_id === '') place(span, null, false);
    else if (!known.has(key(span.trace_id, span.parent_span_id))) place(span, null, true);
  }
  // What is left hangs on a circle: its first span opens it.
  for (const span of spans) if (!placed.has(span)) place(span, 'cycle', false);
  return roots;
}
