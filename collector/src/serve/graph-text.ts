import type { GraphEdge, GraphNode, RunGraph } from './graph-types.ts';

/** Colours of a status: of the area, and of line and text. */
export interface StatusColours {
  readonly fill: string;
  readonly line: string;
}

/** Colours by status; a status in the sender's own words is shown as `other`. */
export const STATUS_COLOURS: Readonly<Record<string, StatusColours>> = {
  completed: { fill: '#dcfce7', line: '#166534' },
  failed: { fill: '#fee2e2', line: '#b91c1c' },
  blocked: { fill: '#fca5a5', line: '#7f1d1d' },
  paused: { fill: '#fef3c7', line: '#b45309' },
  running: { fill: '#dbeafe', line: '#1d4ed8' },
  pending: { fill: '#e0f2fe', line: '#0369a1' },
  waiting: { fill: '#f0f9ff', line: '#0369a1' },
  retrying: { fill: '#ffedd5', line: '#c2410c' },
  skipped: { fill: '#f3f4f6', line: '#6b7280' },
  cancelled: { fill: '#e5e7eb', line: '#4b5563' },
  unreachable: { fill: '#f3f4f6', line: '#9ca3af' },
  lost: { fill: '#ede9fe', line: '#6d28d9' },
  other: { fill: '#ffffff', line: '#374151' },
};

/** Colours of edges that were not walked. */
export const EDGE_COLOURS: Readonly<Record<string, string>> = {
  blocked: '#b91c1c',
  skipped: '#9ca3af',
  pending: '#0369a1',
};

const LONGEST_NAME = 200;

/** A node as drawings show it; an edge may name one that has no steps. */
export interface DrawnNode {
  /** Name in the drawing, the same for the same graph: `n0`, `n1`, ... */
  readonly key: string;
  /** Status with colours of its own; `undefined` for a node without steps. */
  readonly status: string | undefined;
  /** Lines of text, not escaped. */
  readonly lines: readonly string[];
}

/** An edge as drawings show it. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly status: string;
  /** Not escaped; empty for none. */
  readonly text: string;
}

/** What a drawing consists of, before it is written in a language. */
export interface Drawing {
  readonly title: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

/** Makes a drawing of a graph. Nodes get keys of their own, so that no name can be taken for syntax. */
export function drawGraph(graph: RunGraph): Drawing {
  const known = new Map(graph.nodes.map((node) => [node.id, node]));
  const names = new Set([...known.keys(), ...graph.edges.flatMap(({ from, to }) => [from, to])]);
  const keys = new Map([...names].map((name, index) => [name, `n${index}`]));
  const keyOf = (name: string): string => keys.get(name) ?? '';
  return {
    title: `${printable(graph.run_id)} (${graph.status})${graph.truncated ? ', not all of it' : ''}`,
    nodes: [...names].map((name) => drawNode(keyOf(name), name, known.get(name))),
    edges: graph.edges.map((edge) => ({
      from: keyOf(edge.from),
      to: keyOf(edge.to),
      type: edge.type,
      status: edge.status,
      text: edgeText(edge),
    })),
  };
}

/**
 * A name that can be shown: control characters become pictures of themselves, a very long name is cut.
 * @example printable('a\nb') // 'a␊b'
 */
export function printable(name: string): string {
  const characters = [...name.toWellFormed()];
  const shown = characters.length > LONGEST_NAME ? [...characters.slice(0, LONGEST_NAME - 1), '…'] : characters;
  return shown.join('').replaceAll(/\p{Cc}/gu, pictureOf);
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

function drawNode(key: string, name: string, node: GraphNode | undefined): DrawnNode {
  if (node === undefined) return { key, status: undefined, lines: [printable(name)] };
  const { stats, attempt_count: steps } = node;
  const parts = [
    node.status === 'completed' ? '' : printable(node.status),
    steps > 1 ? `${steps} steps` : '',
    stats.p95_ms === null ? '' : `${steps > 1 ? 'p95 ' : ''}${Number(stats.p95_ms.toPrecision(3))} ms`,
    stats.tokens_used === null ? '' : `${stats.tokens_used} tokens`,
    stats.cost_usd === null ? '' : `${Number(stats.cost_usd.toPrecision(3))} USD`,
  ].filter((part) => part !== '');
  const status = Object.hasOwn(STATUS_COLOURS, node.status) ? node.status : 'other';
  return { key, status, lines: parts.length === 0 ? [printable(name)] : [printable(name), parts.join(', ')] };
}

function edgeText({ outcome, count }: GraphEdge): string {
  return [outcome === null ? '' : printable(outcome), count > 1 ? `${count}x` : '']
    .filter((part) => part !== '')
    .join(' ');
}
