import { styleText } from 'node:util';

/** Styles that a cell may have. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Puts a style on a text, or leaves it as it is where the output has no colours. */
export type Paint = (style: Style, text: string) => string;

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: 'right';
  /** Never cut, even where lines get too long. */
  readonly isWhole?: boolean;
}

/** A cell: text, or text with a style. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** Widest a cell may be, whatever the terminal's width. */
const WIDEST_CELL = 80;
const NARROWEST_CUT = 8;
const GAP = '  ';

/** Gives the painter of a stream: colours on a terminal only, none where NO_COLOR is set. */
export function painterOf(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

/**
 * Text that comes from telemetry, safe to print: control characters, which could rewrite the screen, and characters that turn the
 * direction of writing show as `�`.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Draws a table whose columns align; the widest are cut with `…` until a line fits the width. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paint: Paint,
): string {
  const texts = rows.map((row) => columns.map((_, index) => printable(textOf(row[index] ?? ''))));
  const natural = columns.map(({ title }, index) =>
    texts.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), title.length),
  );
  const widths = narrowed(columns, natural, width);
  const draw = (cells: readonly string[], styleAt: (index: number) => Style | undefined): string =>
    columns
      .map(({ align }, index) => {
        const cell = pad(cells[index] ?? '', widths[index] ?? 0, align);
        const style = styleAt(index);
        return style === undefined ? cell : paint(style, cell);
      })
      .join(GAP)
      .trimEnd();
  const head = draw(
    columns.map(({ title }) => title),
    () => 'bold',
  );
  const body = texts.map((row, at) => draw(row, (index) => styleOf(rows[at]?.[index] ?? '')));
  return `${[head, ...body].join('\n')}\n`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function styleOf(cell: Cell): Style | undefined {
  return typeof cell === 'string' ? undefined : cell.style;
}

/** Takes from the widest columns what does not fit. */
function narrowed(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const mayCut = columns.map(({ isWhole = false }) => !isWhole);
  const widths = natural.map((one, index) => (mayCut[index] ? Math.min(WIDEST_CELL, one) : one));
  let excess = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
  while (excess > 0) {
    const widest = Math.max(...widths.filter((_, index) => mayCut[index]));
    if (widest <= NARROWEST_CUT) break;
    const at = widths.findIndex((one, index) => mayCut[index] && one === widest);
    widths[at] = widest - 1;
    excess -= 1;
  }
  return widths;
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const cut = cutTo(text, width);
  const blanks = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'right' ? blanks + cut : cut + blanks;
}

function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;

function graphemeWidth(grapheme: string): number {
  return wide.test(grapheme) ? 2 : 1;
}

/** Columns of a terminal that a text takes. */
function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}
