import { INGEST_QUERY, INSERT_SETTINGS } from '../append/insert-queries.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { CanonicalReplay } from '../otlp/canonical-replay.ts';
import { RowBuffer } from '../otlp/row-buffer.ts';
import { type LedgerRange, readCanonical } from './read-canonical.ts';

const CHUNK_BYTES = 32 << 20;

/**
 * Writes a range of the ledger into the derived tables again. Rows are named by their content, so doing it twice changes nothing.
 *
 * @param onProgress called with the number of records written so far
 * @returns number of records
 */
export async function rederive(
  engine: Engine,
  range: LedgerRange,
  onProgress: (records: number) => void = () => {},
): Promise<number> {
  const rows = new RowBuffer(1 << 20);
  const replay = new CanonicalReplay();
  let records = 0;
  const insert = async (): Promise<void> => {
    if (rows.length > 0) await engine.insert(INGEST_QUERY, rows.bytes.subarray(0, rows.length), INSERT_SETTINGS);
    rows.length = 0;
    onProgress(records);
  };
  for await (const canonical of readCanonical(engine, range)) {
    replay.write(canonical, rows);
    records += 1;
    if (rows.length >= CHUNK_BYTES) await insert();
  }
  await insert();
  return records;
}
