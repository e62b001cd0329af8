import type { Engine } from '../engine/engine-contract.ts';
import { withTableLock } from '../engine/table-lock.ts';
import { EngineError, ensureError } from '../errors.ts';
import { dropOldRolls, readSourceDays, rollDay, type SourceDay } from './roll-days.ts';

/** How often the days are looked at. */
const EVERY_MS = 15_000;
/** How long a day must stay the same before it is rolled up. */
const QUIET_MS = 30_000;

/** Rolls days up on which nothing arrives any more; of several collectors on one server one at a time does it. */
export class DayRoller {
  readonly #engine: Engine;
  readonly #onFailed: (error: Error) => void;
  readonly #seen = new Map<string, { readonly mark: string; readonly since: number }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  /** @param onFailed told of errors; the next look does what this one could not */
  constructor(engine: Engine, onFailed: (error: Error) => void) {
    this.#engine = engine;
    this.#onFailed = onFailed;
  }

  /** Looks now and every 15 seconds from now on. */
  start(): void {
    const look = (): void => {
      this.#running ??= this.#look().finally(() => {
        this.#running = undefined;
      });
    };
    this.#timer = setInterval(look, EVERY_MS);
    look();
  }

  /** Ends after the day at hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    try {
      const days = await readSourceDays(this.#engine);
      const due = days.filter((day) => this.#isQuiet(day) && !day.rolled);
      if (due.length === 0 || this.#stopped) return;
      const roll = async (assertHeld: () => Promise<void>): Promise<void> => {
        for (const day of due) if (!this.#stopped) await rollDay(this.#engine, day, assertHeld);
        await dropOldRolls(this.#engine);
      };
      await withTableLock(this.#engine, 'roll', roll, { waitMs: 0 });
    } catch (thrown) {
      // Another collector is at it.
      if (thrown instanceof EngineError && thrown.code === 'TABLE_LOCK_BUSY') return;
      if (!this.#stopped) this.#onFailed(ensureError(thrown));
    }
  }

  #isQuiet({ source, day, max_block, mutation }: SourceDay): boolean {
    const name = `${source} ${day}`;
    const mark = `${max_block} ${mutation}`;
    const seen = this.#seen.get(name);
    if (seen?.mark === mark) return performance.now() - seen.since >= QUIET_MS;
    this.#seen.set(name, { mark, since: performance.now() });
    return false;
  }
}
