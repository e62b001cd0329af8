import { memoryOf } from '../bench/process-usage.ts';

const EVERY_MS = 250;

/** Resident memory of processes, looked at four times a second. */
export class MemoryOverTime {
  readonly #pids: readonly number[];
  readonly #samples: number[][];
  readonly #timer: NodeJS.Timeout;

  /** @param pids looked at from now on */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#samples = pids.map(() => []);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#look();
  }

  #look(): void {
    this.#pids.forEach((pid, index) => {
      this.#samples[index]?.push(memoryOf(pid).resident);
    });
  }

  /** Ends looking. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** By process: how much more it held in the last quarter of the time than in the one before, on average, bytes. The first half is the way up. */
  growth(): number[] {
    return this.#samples.map((all) => {
      const quarter = Math.ceil(all.length / 4);
      return meanOf(all.slice(3 * quarter)) - meanOf(all.slice(2 * quarter, 3 * quarter));
    });
  }

  /** By process: what it held, in MB, at twelve moments. */
  shown(): string[] {
    return this.#samples.map((all) => {
      const step = Math.max(1, Math.floor(all.length / 12));
      return all
        .filter((_, index) => index % step === 0)
        .map((bytes) => Math.round(bytes / 1e6))
        .join(' ');
    });
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
