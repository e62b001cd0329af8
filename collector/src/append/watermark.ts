/**
 * Follows which cursors are acknowledged. Inserts run side by side and may end out of order; the watermark is the greatest cursor
 * up to which every record is acknowledged or given up.
 */
export class Watermark {
  readonly #open = new Set<CursorRange>();
  #durable: { last: bigint; records: number }[] = [];
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

  /** Notes that the insert ended: with so many records durable, 0 where it failed. */
  end(range: CursorRange, records: number): void {
    this.#open.delete(range);
    if (records > 0) this.#durable.push({ last: range.last, records });
  }

  /** Takes two ranges for one that spans both, which is open until it ends. */
  join(one: CursorRange, other: CursorRange): CursorRange {
    const both = {
      first: one.first < other.first ? one.first : other.first,
      last: one.last > other.last ? one.last : other.last,
    };
    this.#open.delete(one);
    this.#open.delete(other);
    this.#open.add(both);
    return both;
  }

  /** Number of records acknowledged up to a cursor since the last call: as many the ledger must hold. */
  takeAcknowledged(upto: bigint): number {
    let records = 0;
    for (const insert of this.#durable) if (insert.last <= upto) records += insert.records;
    this.#durable = this.#durable.filter((insert) => insert.last > upto);
    return records;
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
