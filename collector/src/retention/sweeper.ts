import type { Engine } from '../engine/engine-contract.ts';
import { withTableLock } from '../engine/table-lock.ts';
import { EngineError, ensureError } from '../errors.ts';
import { type Disk, readDisk } from './disk.ts';
import { sweep } from './sweep.ts';
import type { RetentionDays } from './table-classes.ts';
import type { TakenOut } from './take-out.ts';

/** What the sweeper tells those who count and log. */
export interface SweepObserver {
  takenOut(what: TakenOut): void;
  /** A sweep of this collector is over. */
  swept(at: Date): void;
  failed(error: Error): void;
  /** Looked at with each sweep. */
  disk(disk: Disk): void;
}

const EVERY_MS = 3_600_000;

/** Takes out what has expired, at the start and every hour; of several collectors on one server one at a time does it. */
export class RetentionSweeper {
  readonly #engine: Engine;
  readonly #days: RetentionDays;
  readonly #observer: SweepObserver;
  readonly #clock: () => Date;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param clock tells the time; default the machine's */
  constructor(engine: Engine, days: RetentionDays, observer: SweepObserver, clock: () => Date = () => new Date()) {
    this.#engine = engine;
    this.#days = days;
    this.#observer = observer;
    this.#clock = clock;
  }

  /** Sweeps now and every hour from now on. */
  start(): void {
    this.#timer = setInterval(() => void this.sweep(), EVERY_MS);
    void this.sweep();
  }

  /** Sweeps after the sweep at hand; never rejects, since the next one does what this one could not. */
  sweep(): Promise<void> {
    this.#running = this.#running.then(() => this.#sweep());
    return this.#running;
  }

  /** Ends after the step at hand. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort();
    await this.#running;
  }

  async #sweep(): Promise<void> {
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    try {
      const now = this.#clock();
      this.#observer.disk(await readDisk(this.#engine));
      await withTableLock(
        this.#engine,
        'retention',
        async (assertHeld) => {
          const onTakenOut = (what: TakenOut): void => this.#observer.takenOut(what);
          for (const shard of this.#engine.shards)
            await sweep(shard, { days: this.#days, now, assertHeld, signal, onTakenOut });
          if (!signal.aborted) await this.#noteSweep(now);
        },
        { waitMs: 0 },
      );
      if (!signal.aborted) this.#observer.swept(now);
    } catch (thrown) {
      // Another collector is at it.
      if (thrown instanceof EngineError && thrown.code === 'TABLE_LOCK_BUSY') return;
      if (!signal.aborted) this.#observer.failed(ensureError(thrown));
    }
  }

  async #noteSweep(at: Date): Promise<void> {
    await this.#engine.client.insert({
      table: 'settings',
      format: 'JSONEachRow',
      values: [{ name: 'retention_swept_at', value: at.toISOString() }],
    });
  }
}
