import { freeBytes } from '../otlp/free-bytes.ts';
import type { RowBuffer } from '../otlp/row-buffer.ts';
import type { Rows } from '../otlp/transcoder.ts';
import type { CursorRange } from './watermark.ts';

/** Rows of several requests that go into one insert, and who waits for it. */
export class Batch {
  readonly rows: Rows;
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #first: bigint | undefined;
  #last = 0n;
  records = 0;

  constructor(rows: Rows) {
    this.rows = rows;
  }

  /** Bytes that the insert will carry. */
  get bytes(): number {
    return this.rows.ledger.length + this.rows.content.length + this.rows.rejects.length;
  }

  /** Bytes of memory that its buffers take. */
  get capacity(): number {
    return this.#buffers.reduce((sum, buffer) => sum + buffer.bytes.length, 0);
  }

  get #buffers(): RowBuffer[] {
    const { ledger, content, ingest, rejects } = this.rows;
    return [ledger, content, ingest, rejects];
  }

  /** Notes a request's records and waits until the insert is durable. */
  join(range: CursorRange, records: number): Promise<void> {
    this.#first ??= range.first;
    this.#last = range.last;
    this.records += records;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  /** Cursors of the batch; only after a request has joined. */
  range(): CursorRange {
    return { first: this.#first ?? 0n, last: this.#last };
  }

  /** Answers all who wait. */
  settle(error?: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
  }

  /** Gives up the memory; the batch can't be used again. */
  free(): void {
    for (const buffer of this.#buffers) freeBytes(buffer.bytes);
  }

  /** Makes the batch ready for new rows. */
  clear(): void {
    this.#first = undefined;
    this.records = 0;
    for (const buffer of this.#buffers) buffer.length = 0;
  }
}
