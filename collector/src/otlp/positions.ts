import { MOST_LISTED, TooManyError } from './kinds.ts';

const NOWHERE = new Float64Array(0);

/** Offsets of the messages of one list, gathered while its parent is walked. Throws TooManyError when they are too many. */
export class Positions {
  items: Float64Array = NOWHERE;
  count = 0;
  readonly #most: number;

  constructor(most: number = MOST_LISTED) {
    this.#most = most;
  }

  clear(): void {
    this.count = 0;
  }

  push(position: number): void {
    if (this.count === this.items.length) this.#grow();
    this.items[this.count++] = position;
  }

  #grow(): void {
    if (this.count === this.#most) throw new TooManyError();
    const grown = new Float64Array(Math.min(this.#most, Math.max(16, this.items.length * 2)));
    grown.set(this.items);
    this.items = grown;
  }
}
