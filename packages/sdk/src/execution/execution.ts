import type { NodeExecution } from '../contract/node.ts';
import type { StepContext } from '../contract/step-context.ts';

const NO_CONTEXT: Readonly<Record<string, unknown>> = Object.freeze({});
const NO_ATTACHMENTS: readonly unknown[] = Object.freeze([]);

/** What a node gets of its attempt. The abort signal is made when the node first asks for it: most never do. */
export class Execution implements NodeExecution {
  readonly #step: StepContext;
  #controller: AbortController | undefined;
  #abortedBy: Error | undefined;

  constructor(step: StepContext) {
    this.#step = step;
  }

  get task(): string {
    return this.#step.task;
  }

  get toolArguments(): unknown {
    return this.#step.toolArguments;
  }

  get context(): Readonly<Record<string, unknown>> {
    return this.#step.input.context ?? NO_CONTEXT;
  }

  get metadata(): Readonly<Record<string, unknown>> {
    return this.#step.input.metadata ?? NO_CONTEXT;
  }

  get attachments(): readonly unknown[] {
    return this.#step.input.attachments ?? NO_ATTACHMENTS;
  }

  get runId(): string {
    return this.#step.run.id;
  }

  get stepId(): string {
    return this.#step.stepId;
  }

  get attempt(): number {
    return this.#step.attempt;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedBy !== undefined) this.#controller.abort(this.#abortedBy);
    }
    return this.#controller.signal;
  }

  /** Tells the node to stop. */
  abort(reason: Error): void {
    this.#abortedBy = reason;
    this.#controller?.abort(reason);
  }
}
