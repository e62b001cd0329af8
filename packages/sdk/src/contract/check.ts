import type { CheckOutcome } from '@spanledger/semconv';
import type { StepContext } from './step-context.ts';

/** What a check says of a step. Results that never change are made once, not once a step. */
export interface CheckResult {
  readonly outcome: CheckOutcome;
  /** Stable code in lower case, for example `over_limit`. */
  readonly reason: string;
  /** Name of the rule that decided, where there are rules. */
  readonly rule?: string | undefined;
  /** What happened in words, without content of the step. */
  readonly detail?: string | undefined;
}

/**
 * One of the checks of a governed step. A check is made once and asked for every step, many at the same time: what belongs to a
 * step is kept in its `StepContext`. Answer at once where you can; a promise costs a turn of the event loop.
 */
export interface Check {
  /** One of the fifteen names, or a name of your own. */
  readonly name: string;
  /** `before` decides whether the step is executed; `after` looks at what came out and can not undo it. */
  readonly phase: 'before' | 'after';
  /** Finds facts of the step, before any check decides. */
  gather?(step: StepContext): void | Promise<void>;
  /** Decides. What it throws is the outcome `error`: before execution that denies. */
  evaluate(step: StepContext): CheckResult | Promise<CheckResult>;
  /**
   * Looks at what came out, once the node has answered or failed. What it gives replaces what `evaluate` said; a `deny` withholds the
   * output. What it throws warns.
   */
  review?(step: StepContext): CheckResult | undefined | Promise<CheckResult | undefined>;
  /** Of a check before execution: called once for each `evaluate` when the attempt is over, however it ended: gives back or books what was reserved. */
  settle?(step: StepContext): void | Promise<void>;
}
