import { parse } from '@ts-graphviz/ast';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDot } from '../../collector/src/serve/graph-dot.ts';
import { toMermaid } from '../../collector/src/serve/graph-mermaid.ts';
import { drawGraph, printable } from '../../collector/src/serve/graph-text.ts';
import type { GraphNode, RunGraph } from '../../collector/src/serve/graph-types.ts';

const HOSTILE = [
  'end',
  'n1',
  'subgraph',
  'a\nend\nb',
  '"]; click n0 "javascript:alert(1)"',
  '%%{init: {"theme": "x"}}%%',
  '<img src=x onerror=alert(1)>',
  '`**b**`',
  '#quot;#35;',
  'back\\',
  'back\\"',
  '\\N\\G\\l',
  '&amp;&#34;',
  '} digraph x {',
  '日本語 🎉 \u202e\u0000\u001b[31m',
  '',
];

const name = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom(...'"\'`#;%{}[]()<>|&\\/:-=~^*_.,! \n\tab1é🎉'), { maxLength: 20 })
    .map((all) => all.join('')),
);

const graphs: fc.Arbitrary<RunGraph> = fc
  .record({
    run: name,
    nodes: fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
    status: fc.oneof(fc.constantFrom('completed', 'blocked', 'lost'), name),
    edges: fc.array(
      fc.record({
        from: name,
        to: name,
        type: fc.constantFrom('transition', 'parent', 'link'),
        status: fc.constantFrom('selected', 'pending', 'skipped', 'blocked'),
        outcome: fc.option(name, { nil: null }),
        count: fc.nat(3),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ run, nodes, status, edges }) => ({
    run_id: run,
    workflow: '',
    source: 'read_model',
    status: 'running',
    current_node_id: null,
    current_node_ids: [],
    terminal: false,
    definition_version: null,
    parent_run_id: null,
    nodes: nodes.map((id) => nodeOf(id, status)),
    edges: edges.map((edge, index) => ({
      ...edge,
      id: String(index),
      selected: edge.status === 'selected',
      skipped: edge.status === 'skipped',
      pending: edge.status === 'pending',
      blocked: edge.status === 'blocked',
      condition: null,
      recovery: null,
    })),
    anomalies: [],
    child_runs: [],
    linked_runs: [],
    truncated: false,
  }));

function nodeOf(id: string, status: string): GraphNode {
  return {
    id,
    status,
    current: false,
    dead_end: false,
    action: null,
    visit_count: 1,
    attempt_count: 2,
    input: null,
    output: null,
    error: null,
    recovery: null,
    transition: null,
    manual_state: null,
    attempts: [],
    visits: [],
    stats: {
      count: 2,
      p50_ms: 1,
      p95_ms: 1.5,
      p99_ms: 2,
      mean_ms: 1,
      min_ms: 1,
      max_ms: 2,
      error_count: 0,
      blocked_count: 0,
      violation_count: 0,
      tokens_used: 12,
      cost_usd: 0.000012,
      carbon_gco2: null,
    },
  };
}

/** What a drawing says: labels of nodes by key, and edges with their labels. */
interface Said {
  readonly title: string;
  readonly nodes: readonly (readonly [key: string, label: string])[];
  readonly edges: readonly (readonly [from: string, to: string, label: string])[];
}

function expected(graph: RunGraph): Said {
  const { title, nodes, edges } = drawGraph(graph);
  return {
    title,
    nodes: nodes.map(({ key, lines }) => [key, lines.join('\n')]),
    edges: edges.map(({ from, to, text }) => [from, to, text]),
  };
}

/** Reads a label back as Graphviz does: escapes first, then entities. */
function fromDot(label: string): string {
  const unescaped = label.replaceAll(/\\(.)/gs, (_all, next: string) => (next === 'n' ? '\n' : next));
  return unescaped.replaceAll('&amp;', '&');
}

function readDot(text: string): Said {
  const graph = parse(text).children.find((child) => child.type === 'Graph');
  if (graph === undefined) throw new Error('no graph');
  const labelOf = (node: { children: readonly { type: string }[] }): string => {
    const attribute = (node.children as { type: string; key: { value: string }; value: { value: string } }[]).find(
      (child) => child.type === 'Attribute' && child.key.value === 'label',
    );
    return fromDot(attribute?.value.value ?? '');
  };
  const nodes: [string, string][] = [];
  const edges: [string, string, string][] = [];
  for (const child of graph.children) {
    if (child.type === 'Node') nodes.push([child.id.value, labelOf(child)]);
    if (child.type !== 'Edge') continue;
    const ends = child.targets.map((target) => ('id' in target ? target.id.value : ''));
    edges.push([ends[0] ?? '', ends[1] ?? '', labelOf(child)]);
  }
  return { title: labelOf(graph), nodes, edges };
}

const LABEL = String.raw`"((?:[\p{L}\p{N} ,_./-]|#\d+;|<br/>)*)"`;
const MERMAID_LINES = {
  title: new RegExp(`^ {2}subgraph run\\[${LABEL}\\]$`, 'u'),
  node: new RegExp(`^ {4}(n\\d+)[[(]${LABEL}[\\])]$`, 'u'),
  edge: new RegExp(`^ {2}(n\\d+) (?:-->|-\\.->|==>)(?:\\|${LABEL}\\|)? (n\\d+)$`, 'u'),
  rest: /^(?:flowchart LR| {2}end| {2}classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}| {2}class n[n\d,]+ \w+| {2}linkStyle [\d,]+ stroke:#\w{6},stroke-dasharray:4)$/,
};

/** Reads the part of Mermaid that we write; any other line is an error. */
function readMermaid(text: string): Said {
  const label = (raw: string | undefined): string =>
    (raw ?? '')
      .replaceAll('<br/>', '\n')
      .replaceAll(/#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)));
  let title = '';
  const nodes: [string, string][] = [];
  const edges: [string, string, string][] = [];
  for (const line of text.trimEnd().split('\n')) {
    const found = {
      title: MERMAID_LINES.title.exec(line),
      node: MERMAID_LINES.node.exec(line),
      edge: MERMAID_LINES.edge.exec(line),
    };
    if (found.title !== null) title = label(found.title[1]);
    else if (found.node !== null) nodes.push([found.node[1] ?? '', label(found.node[2])]);
    else if (found.edge !== null) edges.push([found.edge[1] ?? '', found.edge[3] ?? '', label(found.edge[2])]);
    else expect(line).toMatch(MERMAID_LINES.rest);
  }
  return { title, nodes, edges };
}

test('a DOT parser reads back what was drawn, whatever the names', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      expect(readDot(toDot(drawGraph(graph)))).toEqual(expected(graph));
    }),
  );
});

test('Mermaid holds what was drawn and nothing else, whatever the names', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      expect(readMermaid(toMermaid(drawGraph(graph)))).toEqual(expected(graph));
    }),
  );
});

test('what is drawn has no control characters, and a very long name is cut', () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}/u);
    }),
  );
  expect([printable('a\nb'), printable('\u007f'), printable('\u0085')]).toEqual(['a␊b', '␡', '\ufffd']);
  expect(printable('x'.repeat(1000))).toBe(`${'x'.repeat(199)}…`);
});
