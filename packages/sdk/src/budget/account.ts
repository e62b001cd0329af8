import { MEASURES, type Measure } from './options.ts';

/** Amounts in whole units, by place in `MEASURES`. */
export type Amounts = readonly number[];

const SIZE = MEASURES.length;

/** What one holder has spent, and has put aside for steps that run. */
export class Account {
  /** Whether it was said that the limit is near. */
  hasWarned = false;
  readonly spent: number[] = new Array<number>(SIZE).fill(0);
  readonly reserved: number[] = new Array<number>(SIZE).fill(0);

  /** The first measure in which the amounts would go over the limits; `undefined` when they fit. */
  firstOver(amounts: Amounts, limits: Amounts): Measure | undefined {
    for (let place = 0; place < SIZE; place++) {
      const used = (this.spent[place] ?? 0) + (this.reserved[place] ?? 0);
      if (used + (amounts[place] ?? 0) > (limits[place] ?? Number.POSITIVE_INFINITY)) return MEASURES[place];
    }
    return undefined;
  }

  /** Puts amounts aside. */
  reserve(amounts: Amounts): void {
    for (let place = 0; place < SIZE; place++)
      this.reserved[place] = (this.reserved[place] ?? 0) + (amounts[place] ?? 0);
  }

  /** Gives back what was put aside, and books what was used. */
  settle(reserved: Amounts, used: Amounts): void {
    for (let place = 0; place < SIZE; place++) {
      this.reserved[place] = (this.reserved[place] ?? 0) - (reserved[place] ?? 0);
      this.spent[place] = (this.spent[place] ?? 0) + (used[place] ?? 0);
    }
  }

  /** What is left of a limit, neither spent nor put aside; not below 0. */
  left(place: number, limit: number): number {
    return Math.max(0, limit - (this.spent[place] ?? 0) - (this.reserved[place] ?? 0));
  }
}
