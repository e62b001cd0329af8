import { z } from 'zod';

/** A column of a report, with its type in ClickHouse. */
export interface ReportColumn {
  readonly name: string;
  readonly type: string;
}

/** A cell: 64-bit integers and decimals are texts, so that no digit is lost. */
export type ReportCell = string | number | boolean | null | readonly string[];

/** What a report's query gave. */
export interface ReportRows {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly ReportCell[])[];
}

const cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const answer = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.array(cell)),
});

/** Settings of ClickHouse under which `readRows` can read its answer. */
export const ANSWER_SETTINGS: Readonly<Record<string, string>> = {
  default_format: 'JSONCompact',
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: '1',
  output_format_json_quote_decimals: '1',
  output_format_json_quote_denormals: '1',
};

/** Reads an answer in the format JSONCompact. @throws ZodError it is none */
export function readRows(text: string): ReportRows {
  const { meta, data } = answer.parse(JSON.parse(text));
  return { columns: meta, rows: data };
}

/** What a column holds, whether it may be null or not. */
export function kindOf({ type }: ReportColumn): 'integer' | 'decimal' | 'float' | 'time' | 'boolean' | 'list' | 'text' {
  const inner = type.replace(/^LowCardinality\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1');
  if (/^U?Int\d+$/.test(inner)) return 'integer';
  if (inner.startsWith('Decimal')) return 'decimal';
  if (/^Float\d+$/.test(inner)) return 'float';
  if (/^Date/.test(inner)) return 'time';
  if (inner === 'Bool') return 'boolean';
  return inner.startsWith('Array(') ? 'list' : 'text';
}
