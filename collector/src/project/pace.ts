/** How work in the background makes way for the acknowledging of records, which goes first. Milliseconds. */
export interface PaceOptions {
  /** Pause before work while nothing goes first: what comes meanwhile is done along with it. */
  readonly shortestMs: number;
  /** While records keep coming, the pause is so many times as long as the last work took. */
  readonly pauses: number;
  readonly longestMs: number;
}

/** Share of its time from which on this thread has no time to spare. */
const FULL = 0.35;
/** That share is of the last one to two of these, milliseconds: a calm before does not hide that records come now. */
const WINDOW_MS = 100;

/** Begins work in the background after pauses that depend on how much waits and how much time there is. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #begin: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer ends. */
  #due = 0;
  #lastMs = 0;
  #earlier = performance.eventLoopUtilization();
  #later = this.#earlier;
  #laterAt = performance.now();

  /** @param begin does the work; called after each pause */
  constructor(options: PaceOptions, begin: () => void) {
    this.#options = options;
    this.#begin = begin;
  }

  /**
   * Pause while records keep coming.
   *
   * @param isEnough whether so much waits that work on more would hardly be cheaper for each record, or that it waits too long
   */
  busyMs(isEnough: boolean): number {
    const { shortestMs, pauses, longestMs } = this.#options;
    if (isEnough && this.#utilization() < FULL) return shortestMs;
    return Math.min(Math.max(shortestMs, pauses * this.#lastMs), longestMs);
  }

  /** Begins after a pause. One at hand is cut short, not made longer. */
  beginAfter(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (this.#timer !== undefined && due >= this.#due) return;
    this.cancel();
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, milliseconds);
  }

  /** Ends a pause without any work. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Notes that the work is done, and how long it took. */
  worked(milliseconds: number): void {
    this.#lastMs = milliseconds;
  }

  #utilization(): number {
    const now = performance.now();
    if (now - this.#laterAt >= WINDOW_MS) {
      this.#earlier = this.#later;
      this.#later = performance.eventLoopUtilization();
      this.#laterAt = now;
    }
    return performance.eventLoopUtilization(this.#earlier).utilization;
  }
}
