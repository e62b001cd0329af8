import { type Origin, writeOrigin } from '../append/origin.ts';
import type { Watermark } from '../append/watermark.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { ensureError } from '../errors.ts';
import type { PriceBook } from '../price/price-book.ts';
import type { RangeCount } from './find-repetitions.ts';
import { settleRange } from './settle-range.ts';

/** What the settler tells those who count and log. */
export interface SettleObserver {
  /** A range is settled. `lost` records of it were acknowledged but are not in the ledger: 0 unless the disk lies. */
  settled(count: RangeCount, lost: number): void;
  failed(error: Error): void;
}

const PAUSE_MS = 100;
/** While records keep coming, the pause is so many times as long as the last pass took, within bounds. */
const BUSY_PAUSES = 6;
const LONGEST_PAUSE_MS = 5000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const NOTE_EVERY_MS = 5000;

/**
 * Follows the projector in the background: corrects what only a whole trace can tell, notes duplicates and conflicts, and writes what
 * runs came to. Everything it does can be done again.
 */
export class Settler {
  readonly #engine: Engine;
  readonly #prices: PriceBook;
  readonly #origin: Origin;
  readonly #watermark: Watermark;
  readonly #isBusy: () => boolean;
  readonly #observer: SettleObserver;
  readonly #waiters: { cursor: bigint; resolve: () => void }[] = [];
  #settled: bigint;
  #noted = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #retryMs = FIRST_RETRY_MS;
  #lastMs = 0;

  /** @param projected how far the derived tables are filled, and whether more keeps coming */
  constructor(
    engine: Engine,
    prices: PriceBook,
    origin: Origin,
    projected: { readonly watermark: Watermark; readonly isBusy: boolean },
    observer: SettleObserver,
  ) {
    this.#engine = engine;
    this.#prices = prices;
    this.#origin = origin;
    this.#watermark = projected.watermark;
    this.#isBusy = () => projected.isBusy;
    this.#observer = observer;
    this.#settled = origin.settled;
  }

  /** Cursor up to which everything is settled. */
  get settled(): bigint {
    return this.#settled;
  }

  /** Says that there may be something to settle. */
  wake(): void {
    if (this.#stopped || this.#timer !== undefined || this.#running !== undefined) return;
    this.#timer = setTimeout(() => this.#start(), this.#pauseMs());
  }

  #pauseMs(): number {
    if (this.#retryMs > FIRST_RETRY_MS) return this.#retryMs;
    if (this.#waiters.length > 0 || !this.#isBusy()) return PAUSE_MS;
    return Math.min(Math.max(PAUSE_MS, BUSY_PAUSES * this.#lastMs), LONGEST_PAUSE_MS);
  }

  /** Waits until all that is acknowledged now is settled. */
  caughtUp(): Promise<void> {
    const cursor = this.#watermark.current();
    if (this.#settled >= cursor) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ cursor, resolve });
      if (this.#retryMs === FIRST_RETRY_MS) {
        clearTimeout(this.#timer);
        this.#timer = undefined;
      }
      this.wake();
    });
  }

  /** Ends after the pass at hand and notes how far it came. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    try {
      await this.#note();
    } catch (thrown) {
      this.#observer.failed(ensureError(thrown));
    }
  }

  #start(): void {
    this.#timer = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#settled < this.#watermark.current()) this.wake();
    });
  }

  async #run(): Promise<void> {
    const begin = performance.now();
    try {
      const upto = this.#watermark.current();
      if (upto > this.#settled) {
        const range = { origin: this.#origin.number, first: this.#settled + 1n, last: upto };
        const count = await settleRange(this.#engine, this.#prices, range);
        this.#settled = upto;
        this.#observer.settled(count, Math.max(0, this.#watermark.takeAcknowledged(upto) - count.records));
        if (performance.now() - this.#noted > NOTE_EVERY_MS) await this.#note();
      }
      this.#retryMs = FIRST_RETRY_MS;
      this.#lastMs = performance.now() - begin;
      this.#release();
    } catch (thrown) {
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
      this.#observer.failed(ensureError(thrown));
    }
  }

  async #note(): Promise<void> {
    await writeOrigin(this.#engine, this.#origin, this.#watermark.current(), this.#settled);
    this.#noted = performance.now();
  }

  #release(): void {
    const ready = this.#waiters.filter((waiter) => waiter.cursor <= this.#settled);
    for (const waiter of ready) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve();
    }
  }
}
