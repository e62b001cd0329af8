import { TARGETS } from '@spanledger/semconv';
import type { KeyMeaning } from './attribute-keys.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Rank of a target that nothing was offered to. */
const UNFILLED = 0x7fffffff;

/** What stands best placed for each target among the values written so far: the lowest rank, of the same the last. */
export class TargetOffers {
  readonly #rank = new Int32Array(TARGETS.length).fill(UNFILLED);
  readonly #start = new Float64Array(TARGETS.length);
  readonly #end = new Float64Array(TARGETS.length);

  /** Where in the row the buffer stands in whose offsets values were offered. */
  at = 0;

  clear(): void {
    this.at = 0;
    this.#rank.fill(UNFILLED);
  }

  /** Offers the value between two offsets of the buffer that the caller writes to. */
  offer(meaning: KeyMeaning, start: number, end: number): void {
    const { target, rank } = meaning;
    if (rank > (this.#rank[target] as number)) return;
    this.#rank[target] = rank;
    this.#start[target] = start;
    this.#end[target] = end;
  }

  /** Says whether something was offered to the target. */
  has(target: number): boolean {
    return this.#rank[target] !== UNFILLED;
  }

  /** Bytes of what the target got; only where `has` says so. */
  size(target: number): number {
    return (this.#end[target] as number) - (this.#start[target] as number);
  }

  /** Text of what the target got in the buffer; only where `has` says so. */
  text(target: number, buffer: RowBuffer): string {
    return buffer.bytes.toString(
      'utf8',
      this.at + (this.#start[target] as number),
      this.at + (this.#end[target] as number),
    );
  }

  /**
   * Writes the target columns of a row: what was offered here, else what was offered to `rest`, whose buffer stands in the row from
   * `restAt` on, else nothing. All is copied from the row itself.
   */
  write(row: RowBuffer, rest: TargetOffers, restAt: number): void {
    const { at } = this;
    row.reserve(TARGETS.length);
    for (let i = 0; i < TARGETS.length; i++) {
      if (this.#rank[i] !== UNFILLED) {
        row.copyString(row.view, at + (this.#start[i] as number), at + (this.#end[i] as number));
      } else if (rest.#rank[i] !== UNFILLED) {
        row.copyString(row.view, restAt + (rest.#start[i] as number), restAt + (rest.#end[i] as number));
      } else {
        row.uint8(0);
      }
    }
  }
}
