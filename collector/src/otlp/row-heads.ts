import type { CursorClock } from './cursor-clock.ts';
import { CANON_VERSION } from './record-layout.ts';
import { RowBuffer } from './row-buffer.ts';

/** Where the cursor stands in a row of `ingest` and in one of `ledger`. */
const CURSOR_IN_ROW = 1;
const CURSOR_IN_LEDGER = 2;

/** The beginnings of rows: made once a request, then copied, the record's cursor and signal put in. */
export class RowHeads {
  readonly #clock: CursorClock;
  readonly #row = new RowBuffer(256);
  readonly #ledger = new RowBuffer(256);

  constructor(clock: CursorClock) {
    this.#clock = clock;
  }

  /** @param receivedAt nanoseconds since 1970 */
  beginRequest(tenant: Uint8Array, receivedAt: bigint): void {
    const row = this.#row;
    row.length = 0;
    row.uint8(CANON_VERSION);
    row.uint64(0, 0);
    row.uint16(this.#clock.origin);
    const ledger = this.#ledger;
    ledger.length = 0;
    ledger.uint16(this.#clock.origin);
    ledger.uint64(0, 0);
    for (const head of [row, ledger]) {
      head.bigUint64(receivedAt);
      head.string(tenant, 0, tenant.length);
      head.uint8(0);
    }
  }

  /** Writes header, tenant and signal of a row of `ingest`, with the clock's last cursor. */
  writeRow(rows: RowBuffer, signal: number): void {
    this.#write(rows, this.#row, CURSOR_IN_ROW, signal);
  }

  /** Writes a row of `ledger` up to its canonical bytes. */
  writeLedger(rows: RowBuffer, signal: number): void {
    this.#write(rows, this.#ledger, CURSOR_IN_LEDGER, signal);
  }

  #write(rows: RowBuffer, head: RowBuffer, cursorAt: number, signal: number): void {
    const start = rows.length;
    rows.copy(head.view, 0, head.length);
    rows.view.setUint32(start + cursorAt, this.#clock.low, true);
    rows.view.setUint32(start + cursorAt + 4, this.#clock.high, true);
    rows.bytes[rows.length - 1] = signal;
  }
}
