import { type Origin, writeOrigin } from '../append/origin.ts';
import type { Watermark } from '../append/watermark.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { ensureError } from '../errors.ts';
import { cursorTime } from '../otlp/cursor-clock.ts';
import type { PriceBook } from '../price/price-book.ts';
import { Pace, type PaceOptions } from '../project/pace.ts';
import type { RangeCount } from './find-repetitions.ts';
import { settleRange } from './settle-range.ts';

/** What the settler tells those who count and log. */
export interface SettleObserver {
  /** A range is settled. */
  settled(count: RangeCount): void;
  /** So many records were acknowledged but are not in the ledger; never called unless the disk lies. */
  lost(records: number): void;
  failed(error: Error): void;
}

const PACE: PaceOptions = { shortestMs: 100, pauses: 6, longestMs: 5000 };
/** What waits for longer is not put off while there is time. */
const ENOUGH_MS = 2000;
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
  readonly #projected: { readonly isBusy: boolean; readonly isAsked: boolean };
  readonly #observer: SettleObserver;
  readonly #waiters: { cursor: bigint; resolve: () => void }[] = [];
  #settled: bigint;
  #noted = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  #retryMs = FIRST_RETRY_MS;
  readonly #pace = new Pace(PACE, () => this.#start());
  /** Records found in the ledger, of those that were not yet compared with what was acknowledged. */
  #found = 0;

  /** @param projected how far the derived tables are filled, whether more keeps coming, and whether somebody waits for an acknowledgement */
  constructor(
    engine: Engine,
    prices: PriceBook,
    origin: Origin,
    projected: { readonly watermark: Watermark; readonly isBusy: boolean; readonly isAsked: boolean },
    observer: SettleObserver,
  ) {
    this.#engine = engine;
    this.#prices = prices;
    this.#origin = origin;
    this.#watermark = projected.watermark;
    this.#projected = projected;
    this.#observer = observer;
    this.#settled = origin.settled;
  }

  /** Cursor up to which everything is settled. */
  get settled(): bigint {
    return this.#settled;
  }

  /** Says that there may be something to settle. */
  wake(): void {
    if (!this.#stopped && this.#running === undefined) this.#pace.beginAfter(this.#pauseMs());
  }

  #pauseMs(): number {
    if (this.#retryMs > FIRST_RETRY_MS) return this.#retryMs;
    if (this.#waiters.length > 0 || !this.#projected.isBusy) return PACE.shortestMs;
    const waitsLong = cursorTime(this.#watermark.current()) - cursorTime(this.#settled) > ENOUGH_MS;
    return this.#pace.busyMs(waitsLong && !this.#projected.isAsked);
  }

  /** Waits until all that is acknowledged now is settled. */
  caughtUp(): Promise<void> {
    const cursor = this.#watermark.current();
    if (this.#settled >= cursor) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ cursor, resolve });
      this.wake();
    });
  }

  /** Ends after the pass at hand and notes how far it came. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pace.cancel();
    await this.#running;
    try {
      await this.#note();
    } catch (thrown) {
      this.#observer.failed(ensureError(thrown));
    }
  }

  #start(): void {
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
        await settleRange(this.#engine, this.#prices, range, (last, count) => this.#progress(last, count));
        const lost = this.#watermark.takeAcknowledged(upto) - this.#found;
        if (lost > 0) this.#observer.lost(lost);
        this.#found = 0;
        if (performance.now() - this.#noted > NOTE_EVERY_MS) await this.#note();
      }
      this.#retryMs = FIRST_RETRY_MS;
      this.#pace.worked(performance.now() - begin);
    } catch (thrown) {
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
      this.#observer.failed(ensureError(thrown));
    }
  }

  #progress(last: bigint, count: RangeCount): void {
    this.#settled = last;
    this.#found += count.records;
    this.#observer.settled(count);
    this.#release();
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
