import { freeBytes } from '../otlp/free-bytes.ts';

const SLAB_BYTES = 256 << 10;
/** Slabs that are kept for later. */
const MOST_KEPT = 128;

/** Bytes in pieces, one after the other. */
export interface Copy {
  readonly pieces: readonly Uint8Array[];
  /** Bytes of memory that are held until `release`. */
  readonly heldBytes: number;
  /** Gives the memory back. Once. */
  release(): void;
}

/** Copies rows into memory that is used again and again: new memory for each would make the heap be collected several times a second. */
export class Slabs {
  readonly #kept: Uint8Array[] = [];

  copy(bytes: Uint8Array): Copy {
    if (bytes.length <= SLAB_BYTES / 4) {
      const piece = new Uint8Array(bytes);
      return { pieces: [piece], heldBytes: piece.length, release: () => {} };
    }
    const slabs: Uint8Array[] = [];
    const pieces: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += SLAB_BYTES) {
      const part = bytes.subarray(start, start + SLAB_BYTES);
      const slab = this.#kept.pop() ?? new Uint8Array(SLAB_BYTES);
      slab.set(part);
      slabs.push(slab);
      pieces.push(slab.subarray(0, part.length));
    }
    return { pieces, heldBytes: slabs.length * SLAB_BYTES, release: () => this.#giveBack(slabs) };
  }

  #giveBack(slabs: readonly Uint8Array[]): void {
    for (const slab of slabs) {
      if (this.#kept.length < MOST_KEPT) this.#kept.push(slab);
      else freeBytes(slab);
    }
  }
}
