import type { StepNames } from './step-attempt.ts';

/** A step that waits for a human. */
export interface PausedStep {
  readonly names: StepNames;
  readonly attempt: number;
  /** Place of the check that escalated. */
  readonly check: number;
}

/** Steps of this process that wait for `resume`, by ticket. There is a most: a step that finds no place is denied. */
export class PausedSteps {
  readonly #most: number;
  readonly #steps = new Map<string, PausedStep>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Keeps a step. Returns false when there is no place. */
  keep(step: PausedStep): boolean {
    if (this.#steps.size >= this.#most) return false;
    this.#steps.set(step.names.stepId, step);
    step.names.run.pausedSteps += 1;
    return true;
  }

  /** Gives a step that waits, and leaves it waiting. */
  find(ticket: string): PausedStep | undefined {
    return this.#steps.get(ticket);
  }

  /** Takes a step out that is suspended: it no longer waits here, and its run still waits for it. */
  suspend(ticket: string): void {
    const step = this.#steps.get(ticket);
    if (step !== undefined && this.#steps.delete(ticket)) step.names.run.suspended.add(ticket);
  }

  /** Takes a step out; each can be taken once. */
  take(ticket: string): PausedStep | undefined {
    const step = this.#steps.get(ticket);
    if (step === undefined) return undefined;
    this.#steps.delete(ticket);
    step.names.run.pausedSteps -= 1;
    return step;
  }
}
