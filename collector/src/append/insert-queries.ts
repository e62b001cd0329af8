import { CONTENT_COLUMNS, INGEST_COLUMNS, LEDGER_COLUMNS, REJECT_COLUMNS } from '../otlp/record-layout.ts';

const quoted = (columns: readonly string[]): string => columns.map((column) => `\`${column}\``).join(', ');

/** The insert of what was said. */
export const LEDGER_QUERY: string = `INSERT INTO ledger (${quoted(LEDGER_COLUMNS)}) FORMAT RowBinary`;

/** The insert of personal content, which the ledger holds by digest. */
export const CONTENT_QUERY: string = `INSERT INTO content (${quoted(CONTENT_COLUMNS)}) FORMAT RowBinary`;

/** The insert that fills every derived table. */
export const INGEST_QUERY: string = `INSERT INTO ingest (${quoted(INGEST_COLUMNS)}) FORMAT RowBinary`;

/** The insert of rejected records. */
export const REJECTS_QUERY: string = `INSERT INTO reject_rows (${quoted(REJECT_COLUMNS)}) FORMAT RowBinary`;

/**
 * Settings of all. One block an insert, so that its views run once; equal names are left for the merge, since the settling pass
 * tells duplicates from conflicts; a body of many days may touch many partitions.
 */
export const INSERT_SETTINGS: Readonly<Record<string, string>> = {
  async_insert: '0',
  optimize_on_insert: '0',
  max_partitions_per_insert_block: '0',
  min_insert_block_size_rows: '1000000',
  min_insert_block_size_bytes: '1000000000',
  max_insert_block_size: '1000000',
  input_format_parallel_parsing: '0',
  // Each insert is planned anew: compiling its expressions costs more than it saves.
  compile_expressions: '0',
  max_threads: '1',
  input_format_allow_errors_num: '0',
};
