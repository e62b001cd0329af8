import { TARGETS } from '@spanledger/semconv';
import type { KeyMeaning } from './attribute-keys.ts';
import type { RowBuffer } from './row-buffer.ts';

const COUNT = TARGETS.length;
const WORDS = Math.ceil(COUNT / 32);

/** What stands best placed for each target among the values written so far: the lowest rank, of the same the last. */
export class TargetOffers {
  /** One bit a target: set where something was offered. */
  readonly #filled = new Int32Array(WORDS);
  readonly #rank = new Int32Array(COUNT);
  readonly #start = new Float64Array(COUNT);
  readonly #end = new Float64Array(COUNT);
  /** Where in the row the buffer stands in whose offsets values were offered. */
  at = 0;

  clear(): void {
    this.at = 0;
    for (let word = 0; word < WORDS; word++) this.#filled[word] = 0;
  }

  /** Offers the value between two offsets of the buffer that the caller writes to. */
  offer({ target, rank }: KeyMeaning, start: number, end: number): void {
    const filled = this.#filled[target >> 5] as number;
    if ((filled & (1 << target)) !== 0 && rank > (this.#rank[target] as number)) return;
    this.#filled[target >> 5] = filled | (1 << target);
    this.#rank[target] = rank;
    this.#start[target] = start;
    this.#end[target] = end;
  }

  /** Says whether something was offered to the target. */
  has(target: number): boolean {
    return ((this.#filled[target >> 5] as number) & (1 << target)) !== 0;
  }

  /** Bytes of what the target got; only where `has` says so. */
  size(target: number): number {
    return (this.#end[target] as number) - (this.#start[target] as number);
  }

  /** Text of what the target got in the buffer; only where `has` says so. */
  text(target: number, buffer: RowBuffer): string {
    const { at } = this;
    return buffer.bytes.toString('utf8', at + (this.#start[target] as number), at + (this.#end[target] as number));
  }

  /**
   * Writes the target columns of a row: what was offered here, else what was offered to `rest`, whose buffer stands in the row from
   * `restAt` on, else nothing. All is copied from the row itself.
   */
  write(row: RowBuffer, rest: TargetOffers, restAt: number): void {
    let written = 0;
    for (let word = 0; word < WORDS; word++) {
      const own = this.#filled[word] as number;
      // The lowest bit that is set is taken off until none is left: few of the targets are filled.
      for (let left = own | (rest.#filled[word] as number); left !== 0; left &= left - 1) {
        const bit = left & -left;
        const target = 32 * word + 31 - Math.clz32(bit);
        row.fewZeros(target - written);
        if ((own & bit) !== 0) this.#copy(row, target, this.at);
        else rest.#copy(row, target, restAt);
        written = target + 1;
      }
    }
    row.fewZeros(COUNT - written);
  }

  #copy(row: RowBuffer, target: number, at: number): void {
    row.copyString(row.view, at + (this.#start[target] as number), at + (this.#end[target] as number));
  }
}
