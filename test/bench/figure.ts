import { writeFile } from 'node:fs/promises';

/** One figure of a run. */
export interface Figure {
  /** Dotted name, for example `ingest.protobuf.spans_per_s`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the baseline reached in the same run; null where there is no baseline. */
  readonly baseline: number | null;
  /** `value / baseline`; null where there is no baseline. */
  readonly ratio: number | null;
}

/** Makes a figure; the ratio follows. */
export function figure(name: string, value: number, unit: string, baseline: number | null = null): Figure {
  return { name, value, unit, baseline, ratio: baseline === null || baseline === 0 ? null : value / baseline };
}

/** Units of which more is better; of all others less is. */
const MORE_IS_BETTER: ReadonlySet<string> = new Set(['spans/s', 'requests/s']);

/** A number with three figures at least, rounded against who is measured. */
function shown(value: number, unit: string): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  const scale = 10 ** Math.min(digits, 3);
  const rounded = (MORE_IS_BETTER.has(unit) ? Math.floor(value * scale) : Math.ceil(value * scale)) / scale;
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

/** The figures as a table in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const cells = figures.map(({ name, value, unit, baseline, ratio }) => [
    name,
    shown(value, unit),
    unit,
    baseline === null ? '' : shown(baseline, unit),
    ratio === null ? '' : ratio.toFixed(2),
  ]);
  const rows = [['figure', 'value', 'unit', 'baseline', 'ratio'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => (at % 2 === 0 && at < 3 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at % 2 === 0 && at < 3 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join('\n');
}

/** Writes the figures as a JSON array. */
export async function writeFigures(file: string, figures: readonly Figure[]): Promise<void> {
  await writeFile(file, `${JSON.stringify(figures, undefined, 2)}\n`);
}
