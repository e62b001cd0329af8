/**
 * Follows which cursors are acknowledged. Inserts run side by side and may end out of order; the watermark is the greatest cursor
 * up to which every record is acknowledged or given up.
 */
export class Watermark {
  readonly #open = new Set<CursorRange>();
  #greatest: bigint;

  /** @param start cursor up to which all is settled at start-up */
  constructor(start: bigint) {
    this.#greatest = start;
  }

  /** Notes that an insert of these cursors began. Ranges begin in ascending order. */
  begin(range: CursorRange): void {
    this.#open.add(range);
    if (range.last > this.#greatest) this.#greatest = range.last;
  }

  /** Notes that the insert ended, for better or worse. */
  end(range: CursorRange): void {
    this.#open.delete(range);
  }

  /** The watermark. */
  current(): bigint {
    let least = this.#greatest;
    for (const range of this.#open) if (range.first - 1n < least) least = range.first - 1n;
    return least;
  }
}

/** First and last cursor of an insert. */
export interface CursorRange {
  readonly first: bigint;
  readonly last: bigint;
}
