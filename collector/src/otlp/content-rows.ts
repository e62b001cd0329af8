import { kindByte } from './kinds.ts';
import type { RowBuffer } from './row-buffer.ts';

const NANOSECONDS_PER_DAY = 86_400_000_000_000n;

interface ContentValue {
  readonly digest: Buffer;
  readonly kind: string;
  readonly text: Uint8Array;
}

/** Personal content of the records at hand, which goes beside the ledger once its record is accepted. */
export class ContentRows {
  readonly #rows: RowBuffer;
  #tenant: Uint8Array = new Uint8Array();
  #receivedDay = 0;
  #own: ContentValue[] = [];
  #shared: ContentValue[] = [];

  constructor(rows: RowBuffer) {
    this.#rows = rows;
  }

  /** @param receivedAt nanoseconds since 1970 */
  beginRequest(tenant: Uint8Array, receivedAt: bigint): void {
    this.#tenant = tenant;
    this.#receivedDay = Number(receivedAt / NANOSECONDS_PER_DAY);
    this.#shared = [];
  }

  /** Forgets what a resource and its scopes held. */
  beginResource(): void {
    this.#shared = [];
  }

  beginRow(): void {
    if (this.#own.length > 0) this.#own = [];
  }

  /** Adds a value of the record, or of the resource or scope, whose values go with the next record that is accepted. */
  add(value: ContentValue, shared: boolean): void {
    (shared ? this.#shared : this.#own).push(value);
  }

  /** How many values of a record, or of the resource and scope, are waiting. */
  count(shared: boolean): number {
    return (shared ? this.#shared : this.#own).length;
  }

  /** Forgets all but the first `count` values of the record, or of the resource and scope. */
  keep(count: number, shared: boolean): void {
    (shared ? this.#shared : this.#own).length = count;
  }

  /** Writes the rows of a record that is accepted. */
  write(): void {
    if (this.#shared.length === 0 && this.#own.length === 0) return;
    const rows = this.#rows;
    for (const values of [this.#shared, this.#own]) {
      for (const { digest, kind, text } of values) {
        rows.string(this.#tenant, 0, this.#tenant.length);
        rows.raw(digest, 0, 32);
        rows.uint8(kindByte(kind));
        rows.string(text, 0, text.length);
        rows.uint16(this.#receivedDay);
      }
    }
    this.#shared = [];
  }
}
