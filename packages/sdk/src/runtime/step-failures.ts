import type { HumanContext, RuntimeOutcome } from '../contract/runtime-outcome.ts';
import { StepError, ThrownValueError } from '../errors.ts';

/** A governed function or tool was not executed, or its output was withheld. What the function itself throws is passed on as it is. */
export class StepBlockedError extends StepError {
  /** All that is known of the step. */
  readonly outcome: RuntimeOutcome;
  constructor(outcome: RuntimeOutcome) {
    super('STEP_BLOCKED', `\`${outcome.nodeId}\` was ${outcome.status}: ${outcome.blockedBy}`);
    this.outcome = outcome;
  }
}

/** A governed function or tool waits for a human: `runtime.resume(humanContext.ticket, decision)` goes on with it. */
export class StepPausedError extends StepError {
  /** Why it waits, and the ticket to go on with. */
  readonly humanContext: HumanContext;
  constructor(humanContext: HumanContext) {
    super('STEP_PAUSED', `\`${humanContext.node}\` waits for a human: ${humanContext.check}:${humanContext.reason}`);
    this.humanContext = humanContext;
  }
}

/** Gives the value of a step that completed. @throws what the node threw, {@link StepPausedError} or {@link StepBlockedError} */
export function valueOrThrow(outcome: RuntimeOutcome): unknown {
  if (outcome.ok) return outcome.output.value;
  if (outcome.humanContext !== undefined) throw new StepPausedError(outcome.humanContext);
  if (outcome.status === 'blocked' || outcome.status === 'skipped' || outcome.error === undefined) {
    throw new StepBlockedError(outcome);
  }
  // A thrown value that is no error was wrapped; the caller gets what was thrown.
  throw outcome.error instanceof ThrownValueError ? outcome.error.cause : outcome.error;
}
