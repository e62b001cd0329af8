import { formatCount, formatNumber, formatTime, NOTHING } from '../format.ts';
import { type Paint, renderTable } from '../table.ts';
import { kindOf, type ReportCell, type ReportColumn, type ReportRows } from './rows.ts';

const NUMBERS: ReadonlySet<string> = new Set(['integer', 'decimal', 'float']);

/** Draws a report's rows as a table of a width. */
export function toTable({ columns, rows }: ReportRows, width: number, paint: Paint): string {
  if (rows.length === 0) return 'Nothing in this period.\n';
  const head = columns.map((column) => {
    const title = column.name.replaceAll('_', ' ');
    return NUMBERS.has(kindOf(column)) ? ({ title, align: 'right' } as const) : { title };
  });
  return renderTable(
    head,
    rows.map((row) => columns.map((column, index) => shown(column, row[index] ?? null))),
    width,
    paint,
  );
}

function shown(column: ReportColumn, cell: ReportCell): string {
  if (cell === null) return NOTHING;
  switch (kindOf(column)) {
    case 'integer':
      return Number.isSafeInteger(Number(cell)) ? formatCount(Number(cell)) : String(cell);
    case 'float':
      return formatNumber(Number(cell));
    case 'time':
      return formatTime(String(cell));
    case 'list':
      return typeof cell === 'object' ? cell.join(', ') : String(cell);
    default:
      return String(cell);
  }
}
