const EPOCH_2024 = Date.UTC(2024, 0, 1);
const COUNTER_LIMIT = 4096;

/** Greatest origin number: ten bits of a cursor. */
export const GREATEST_ORIGIN = 1023;

/**
 * Numbers the records of one collector: milliseconds since 2024 << 22 | origin << 12 | counter. Never goes back, even when the
 * machine's clock does: the logical millisecond then stands still and counts on.
 */
export class CursorClock {
  readonly origin: number;
  /** Low and high half of the last cursor given. */
  low = 0;
  high = 0;
  readonly #now: () => number;
  #millisecond: number;
  #counter = 0;

  /** @param after cursor above which to start, as found in the ledger */
  constructor(origin: number, after: bigint, now: () => number = Date.now) {
    this.origin = origin;
    this.#now = now;
    this.#millisecond = Number(after >> 22n) + (after > 0n ? 1 : 0);
    this.low = Number(after & 0xffffffffn);
    this.high = Number(after >> 32n);
  }

  /** Moves on to the next cursor, which then stands in `low` and `high`. */
  next(): void {
    const now = this.#now() - EPOCH_2024;
    if (now > this.#millisecond) {
      this.#millisecond = now;
      this.#counter = 0;
    } else if (this.#counter === COUNTER_LIMIT) {
      this.#millisecond += 1;
      this.#counter = 0;
    }
    this.high = Math.floor(this.#millisecond / 1024);
    this.low = (((this.#millisecond % 1024) << 22) | (this.origin << 12) | this.#counter) >>> 0;
    this.#counter += 1;
  }

  /** The last cursor given. */
  last(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }
}

/** Wall time of a cursor, milliseconds since 1970. */
export function cursorTime(cursor: bigint): number {
  return Number(cursor >> 22n) + EPOCH_2024;
}
