import type { StepStatus, Verdict } from '@spanledger/semconv';
import type { NodeOutput } from './node.ts';
import type { StepRecord } from './step-record.ts';

/** Why a step waits for a human. */
export interface HumanContext {
  /** Names the paused step to `StepRuntime.resume`. */
  readonly ticket: string;
  readonly runId: string;
  readonly stepId: string;
  readonly node: string;
  /** Check that escalated. */
  readonly check: string;
  /** Reason code of that check. */
  readonly reason: string;
  readonly rule: string | undefined;
  readonly riskTier: number;
}

/** What came of a governed step. */
export interface RuntimeOutcome {
  /** Whether there is an output: status `completed`. */
  readonly ok: boolean;
  readonly verdict: Verdict;
  readonly status: StepStatus;
  readonly nodeId: string;
  readonly nodeKind: string;
  /** Content is empty where nothing was executed. */
  readonly output: NodeOutput;
  readonly record: StepRecord;
  /** `<check>:<reason>`, `node_exception:<error>`, `step_timeout:<milliseconds>` or `aborted`; empty when ok. */
  readonly blockedBy: string;
  readonly pausedForHuman: boolean;
  readonly humanContext: HumanContext | undefined;
  /** What the node threw, with sensitive text masked. */
  readonly error: Error | undefined;
}
