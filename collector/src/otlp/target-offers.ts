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

  clear(): void {
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
    return buffer.bytes.toString('utf8', this.#start[target], this.#end[target]);
  }

  /**
   * Writes the target columns of a row: what was offered here, else what was offered to `rest`, else nothing. Both are copied from the
   * row itself, in which the buffer of `rest` stands from `restAt` on.
   */
  write(row: RowBuffer, rest: TargetOffers, restAt: number): void {
    row.reserve(TARGETS.length);
    for (let i = 0; i < TARGETS.length; i++) {
      if (this.#rank[i] !== UNFILLED) {
        row.copyString(row.view, this.#start[i] as number, this.#end[i] as number);
      } else if (rest.#rank[i] !== UNFILLED) {
        row.copyString(row.view, restAt + (rest.#start[i] as number), restAt + (rest.#end[i] as number));
      } else {
        row.uint8(0);
      }
    }
  }
}
