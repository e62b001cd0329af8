/** The bytes one request holds. */
export interface Lease {
  /** Takes more; `false` when the budget has not that much left, and then nothing is taken. */
  take(bytes: number): boolean;
  /** Gives some back. */
  give(bytes: number): void;
  /** Gives back all that is still held. To be called once, whatever happened. */
  end(): void;
}

/**
 * Bounds the memory of all requests together: body bytes are counted as they arrive, and again as they are decompressed, so that
 * neither many clients nor a small body that inflates can take more than the limit.
 */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;
  #peak = 0;

  /** @param limit bytes that may be in flight at once */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes in flight now. */
  get used(): number {
    return this.#used;
  }

  /** Most bytes that were ever in flight at once. */
  get peak(): number {
    return this.#peak;
  }

  /** Starts to count for one request. */
  lease(): Lease {
    let held = 0;
    return {
      take: (bytes) => {
        if (this.#used + bytes > this.#limit) return false;
        held += bytes;
        this.#used += bytes;
        this.#peak = Math.max(this.#peak, this.#used);
        return true;
      },
      give: (bytes) => {
        held -= bytes;
        this.#used -= bytes;
      },
      end: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}
