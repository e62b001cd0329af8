/** Pause before an insert while nobody waits for it: one of many records costs hardly more than one of few. */
const PAUSE_MS = 20;
/** While records keep coming, the pause is so many times as long as the last insert took. */
const BUSY_PAUSES = 4;
const BUSY_MS = 250;
/** Share of its time from which on this thread has more to do than to acknowledge what comes. */
const FULL = 0.5;

/** Says when the projector may insert: to acknowledge records goes first. */
export class Pace {
  #lastCame = Number.NEGATIVE_INFINITY;
  #lastMs = 0;
  #since = performance.eventLoopUtilization();

  /** Records have come. */
  came(): void {
    this.#lastCame = performance.now();
  }

  /** An insert took so long. */
  worked(milliseconds: number): void {
    this.#lastMs = milliseconds;
    this.#since = performance.eventLoopUtilization();
  }

  /** Whether records keep coming. */
  get isBusy(): boolean {
    return performance.now() - this.#lastCame < BUSY_MS;
  }

  /**
   * Milliseconds to wait after the last insert.
   *
   * @param isEnough whether so much waits that more would hardly make the next insert cheaper for each record
   */
  pauseMs(isEnough: boolean): number {
    if (!this.isBusy || (isEnough && !this.#isFull)) return PAUSE_MS;
    return Math.max(PAUSE_MS, BUSY_PAUSES * this.#lastMs);
  }

  /** Whether this thread was at work most of the time since the last insert. */
  get #isFull(): boolean {
    return performance.eventLoopUtilization(this.#since).utilization > FULL;
  }
}
