import { randomBytes } from 'node:crypto';
import { type RunNames, RunState } from './run-state.ts';

/**
 * The runs that this process has steps of. Bounded: of more than `limit` runs, those that were made longest ago are forgotten, a tenth at
 * a time. Numbers of a run that comes back then begin again, under a new producer, so that they stay gap-free for each producer.
 */
export class RunRegistry {
  readonly #limit: number;
  readonly #process = `${process.pid}-${randomBytes(6).toString('hex')}`;
  readonly #runs = new Map<string, RunState>();
  readonly #stepPrefix = `${randomBytes(12).toString('hex')}-`;
  #steps = 0;
  #generation = 0;
  #producer = this.#process;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Gives the state of a run, and makes it when it is new. The names count when it is made. */
  get(names: RunNames): RunState {
    const known = this.#runs.get(names.id);
    if (known !== undefined) return known;
    if (this.#runs.size >= this.#limit) this.#forget();
    const run = new RunState(names, this.#producer);
    this.#runs.set(names.id, run);
    return run;
  }

  /** Takes an identifier for a step: a random one of the process, and a count. */
  nextStepId(): string {
    this.#steps += 1;
    return this.#stepPrefix + this.#steps.toString(36);
  }

  /** Gives the state of a run, if it is known. */
  find(id: string): RunState | undefined {
    return this.#runs.get(id);
  }

  /** Makes a state for a run that no other step can name: it is not kept. */
  single(names: RunNames): RunState {
    return new RunState(names, this.#producer);
  }

  /** Forgets the oldest runs that have no open step, and goes on under a new producer. */
  #forget(): void {
    let most = Math.max(1, Math.floor(this.#limit / 10));
    for (const [id, run] of this.#runs) {
      if (run.openSteps > 0) continue;
      this.#runs.delete(id);
      most -= 1;
      if (most === 0) break;
    }
    this.#generation += 1;
    this.#producer = `${this.#process}.${this.#generation}`;
  }
}
