import type { HumanContext } from './runtime-outcome.ts';

/** What a human decided about a step that was escalated. */
export interface ApprovalDecision {
  readonly approved: boolean;
  /** Who decided. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
  /** When, milliseconds since 1970. Default now. */
  readonly timeMs?: number;
  /** Whether a rejection stops all that follows in the run. Default true; false where a branch of the workflow handles it. */
  readonly stopRun?: boolean;
}

/**
 * Asks a human. Gives the decision, and the step goes on or is blocked; or nothing, and the step is paused until
 * `StepRuntime.resume` is called.
 */
export type ApprovalHook = (
  request: HumanContext,
  signal: AbortSignal,
) => ApprovalDecision | undefined | Promise<ApprovalDecision | undefined>;
