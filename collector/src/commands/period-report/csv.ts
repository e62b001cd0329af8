import { kindOf, type ReportCell, type ReportColumn, type ReportRows } from './rows.ts';

/**
 * What makes a spreadsheet take a text for a formula when the cell begins with it. Telemetry chooses names and reasons, so a cell
 * could otherwise run a formula on the machine of whoever opens the file.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Writes rows by RFC 4180: a header, CRLF after each line, quotes doubled. Null is an empty cell. A text that a spreadsheet would
 * take for a formula gets an apostrophe in front; numbers stay as they are, negative ones too.
 */
export function toCsv({ columns, rows }: ReportRows): string {
  const lines = [columns.map(({ name }) => quoted(name)), ...rows.map((row) => columns.map(cellOf(row)))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellOf(row: readonly ReportCell[]): (column: ReportColumn, index: number) => string {
  return (column, index) => {
    const cell = row[index] ?? null;
    if (cell === null) return '';
    const text = typeof cell === 'object' ? cell.join(' ') : String(cell);
    const isText = kindOf(column) === 'text' || kindOf(column) === 'list';
    return quoted(isText && FORMULA.test(text) ? `'${text}` : text);
  };
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
