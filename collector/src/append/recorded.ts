import type { Copy } from './slabs.ts';
import type { CursorRange } from './watermark.ts';

/** Records that the ledger holds, with their rows for the derived tables. */
export interface Recorded {
  readonly range: CursorRange;
  /** Number of records; 0 where all were rejected. */
  readonly records: number;
  /** Rows of `ingest`, to be released once they are derived or given up. */
  readonly rows: Copy;
}

/** Who is told what became of each insert into the ledger, to derive from it. */
export interface RecordedSink {
  /** An insert of these cursors began. */
  begin(range: CursorRange): void;
  /** It is durable. */
  add(recorded: Recorded): void;
  /** It failed; the ledger may hold some of it where `mayBeApplied`. */
  fail(range: CursorRange, mayBeApplied: boolean): void;
}
