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
    return this.rows.ingest.length + this.rows.rejects.length;
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

  /** Answers all who wait and makes the batch ready for new rows. */
  settle(error?: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#first = undefined;
    this.records = 0;
    this.rows.ingest.length = 0;
    this.rows.rejects.length = 0;
    for (const waiter of waiters) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
  }
}
