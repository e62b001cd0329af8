import { type Drawing, type DrawnNode, EDGE_COLOURS, STATUS_COLOURS } from './graph-text.ts';

/** What stands for itself: letters and digits, and what joins them; all else is written as the code of the character. */
const PLAIN_OR_ANY = /([\p{L}\p{N}]|(?<=[\p{L}\p{N}])(?:, |[ _/-]|(?<=\d)\.(?=\d))(?=[\p{L}\p{N}]))|./gsu;

const ARROWS: Readonly<Record<string, string>> = { transition: '-->', parent: '-.->', link: '==>' };

/**
 * Text for a quoted label of Mermaid, which reads Markdown, HTML, entities and even its own directives in there.
 * @example escapeMermaid('say "hi"') // 'say#32;#34;hi#34;'
 */
export function escapeMermaid(text: string): string {
  return text.replaceAll(PLAIN_OR_ANY, (found, plain?: string) => plain ?? `#${found.codePointAt(0)};`);
}

/** Writes a drawing as a Mermaid flowchart, left to right: dotted arrows lead to nested steps, thick ones are links. */
export function toMermaid({ title, nodes, edges }: Drawing): string {
  return `${[
    'flowchart LR',
    `  subgraph run["${escapeMermaid(title)}"]`,
    ...nodes.map((node) => `    ${shapeOf(node)}`),
    '  end',
    ...edges.map(({ from, to, type, text }) => {
      const label = text === '' ? '' : `|"${escapeMermaid(text)}"|`;
      return `  ${from} ${ARROWS[type] ?? '-->'}${label} ${to}`;
    }),
    ...classesOf(nodes),
    ...Object.entries(EDGE_COLOURS).flatMap(([status, colour]) => {
      const places = edges.flatMap((edge, index) => (edge.status === status ? [index] : []));
      return places.length === 0 ? [] : [`  linkStyle ${places.join(',')} stroke:${colour},stroke-dasharray:4`];
    }),
  ].join('\n')}\n`;
}

function shapeOf({ key, status, lines }: DrawnNode): string {
  const text = lines.map(escapeMermaid).join('<br/>');
  return status === 'blocked' ? `${key}("${text}")` : `${key}["${text}"]`;
}

function classesOf(nodes: readonly DrawnNode[]): string[] {
  return Object.entries(STATUS_COLOURS).flatMap(([status, { fill, line }]) => {
    const keys = nodes.filter((node) => node.status === status).map((node) => node.key);
    if (keys.length === 0) return [];
    return [`  classDef ${status} fill:${fill},stroke:${line},color:${line}`, `  class ${keys.join(',')} ${status}`];
  });
}
