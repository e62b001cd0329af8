import { type Drawing, type DrawnEdge, type DrawnNode, EDGE_COLOURS, STATUS_COLOURS } from './graph-text.ts';

const STYLES: Readonly<Record<string, string>> = { transition: 'solid', parent: 'dotted', link: 'bold' };

/**
 * Text for a quoted label of DOT, which reads backslashes and HTML entities in there.
 * @example escapeDot('say "hi"') // 'say \\"hi\\"'
 */
export function escapeDot(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;').replaceAll('\n', '\\n');
}

/** Writes a drawing in the DOT language of Graphviz, left to right: dotted arrows lead to nested steps, bold ones are links. */
export function toDot({ title, nodes, edges }: Drawing): string {
  return `${[
    'digraph run {',
    '  rankdir=LR',
    `  label="${escapeDot(title)}"`,
    '  labelloc=t',
    '  node [shape=box, fontname="sans-serif"]',
    '  edge [fontname="sans-serif"]',
    ...nodes.map((node) => `  ${node.key} [${nodeAttributes(node)}]`),
    ...edges.map((edge) => `  ${edge.from} -> ${edge.to} [${edgeAttributes(edge)}]`),
    '}',
  ].join('\n')}\n`;
}

function nodeAttributes({ status, lines }: DrawnNode): string {
  const label = `label="${lines.map(escapeDot).join('\\n')}"`;
  const colours = status === undefined ? undefined : STATUS_COLOURS[status];
  if (colours === undefined) return `${label}, shape=plaintext`;
  const style = status === 'blocked' ? 'filled,rounded' : 'filled';
  const { fill, line } = colours;
  return `${label}, class="${status}", style="${style}", fillcolor="${fill}", color="${line}", fontcolor="${line}"`;
}

function edgeAttributes({ type, status, text }: DrawnEdge): string {
  const label = text === '' ? '' : `label="${escapeDot(text)}", `;
  const colour = EDGE_COLOURS[status];
  if (colour === undefined) return `${label}style=${STYLES[type] ?? 'solid'}`;
  return `${label}class="${status}", style=dashed, color="${colour}", fontcolor="${colour}"`;
}
