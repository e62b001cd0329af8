/** First line of a generated page. */
export const GENERATED = '<!-- Made by `npm run docs`. Edit the source that the text names, not this page. -->';

/** A table of Markdown; `|` in cells is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text in backticks; nothing for empty text. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
