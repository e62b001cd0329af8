import type { StepContext } from '../contract/step-context.ts';

/** What a policy decided of a step. */
export interface PolicyDecision {
  readonly action: 'allow' | 'deny' | 'escalate';
  /** Rule that decided; `undefined` when none did. */
  readonly rule: string | undefined;
  /** Reason code. */
  readonly reason: string;
  /** Rules with `log` or `alert` that applied. */
  readonly noted: readonly string[];
  /** Whether one of them was an alert. */
  readonly isAlert: boolean;
  /** What was asked, as JSON without content of the step: enough to decide again. */
  readonly request: string;
}

/** Decides about steps. Rules make one (`compilePolicy`), `@spanledger/sdk/cedar` another. */
export interface PolicyEngine {
  readonly id: string;
  readonly version: string;
  decide(step: StepContext): PolicyDecision | Promise<PolicyDecision>;
}
