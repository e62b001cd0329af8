/** Amounts in whole units, one for each measure that the account's limit limits. */
export type Amounts = ArrayLike<number>;

/** What one holder has spent, and has put aside for steps that run. */
export class Account {
  /** Whether it was said that the limit is near. */
  hasWarned = false;
  readonly spent: Float64Array;
  readonly reserved: Float64Array;

  constructor(measures: number) {
    this.spent = new Float64Array(measures);
    this.reserved = new Float64Array(measures);
  }

  /** The place of the first measure in which the amounts would go over the limits; -1 when they fit. */
  firstOver(amounts: Amounts | undefined, most: Amounts): number {
    for (let place = 0; place < most.length; place++) {
      const used = at(this.spent, place) + at(this.reserved, place) + (amounts === undefined ? 0 : at(amounts, place));
      if (used > at(most, place)) return place;
    }
    return -1;
  }

  /** Puts amounts aside. */
  reserve(amounts: Amounts): void {
    for (let place = 0; place < amounts.length; place++) {
      this.reserved[place] = at(this.reserved, place) + at(amounts, place);
    }
  }

  /** Gives back what was put aside, and books what was used. */
  settle(reserved: Amounts, used: Amounts | undefined): void {
    for (let place = 0; place < reserved.length; place++) {
      this.reserved[place] = at(this.reserved, place) - at(reserved, place);
      if (used !== undefined) this.spent[place] = at(this.spent, place) + at(used, place);
    }
  }

  /** What is left of a limit, neither spent nor put aside; not below 0. */
  left(place: number, most: number): number {
    return Math.max(0, most - at(this.spent, place) - at(this.reserved, place));
  }
}

function at(amounts: Amounts, place: number): number {
  return amounts[place] ?? 0;
}
