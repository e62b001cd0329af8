import type { Period } from './period.ts';
import { kindOf, type ReportCell, type ReportColumn, type ReportRows } from './rows.ts';

/**
 * Writes a report as JSON: its name, its period, and its rows as objects. Decimals, which is what money is, are strings with all their
 * digits; integers are numbers, beyond 2^53 too, where a reader may need a parser that keeps them.
 */
export function toJson(report: string, { from, to }: Period, { columns, rows }: ReportRows): string {
  const objects = rows.map((row) => `    {${columns.map(memberOf(row)).join(', ')}}`);
  const head = [
    ['report', report],
    ['from', from.toISOString()],
    ['to', to.toISOString()],
  ].map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `{\n${head.join('')}  "rows": [${objects.length === 0 ? '' : `\n${objects.join(',\n')}\n  `}]\n}\n`;
}

function memberOf(row: readonly ReportCell[]): (column: ReportColumn, index: number) => string {
  return (column, index) => {
    const cell = row[index] ?? null;
    // A 64-bit integer came as text and goes on as a number, without passing through one of JavaScript.
    const isInteger = kindOf(column) === 'integer' && typeof cell === 'string' && /^-?\d+$/.test(cell);
    return `${JSON.stringify(column.name)}: ${isInteger ? cell : JSON.stringify(cell)}`;
  };
}
