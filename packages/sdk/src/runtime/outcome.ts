import type { StepStatus, Verdict } from '@spanledger/semconv';
import type { NodeOutput } from '../contract/node.ts';
import type { HumanContext, RuntimeOutcome } from '../contract/runtime-outcome.ts';
import type { StepRecord } from '../contract/step-record.ts';
import type { CheckPlan } from './check-plan.ts';
import type { StepAttempt } from './step-attempt.ts';
import { kindOf } from './step-attributes.ts';
import { recordOf } from './step-record.ts';

const EMPTY: NodeOutput = Object.freeze({ content: '' });

/** What came of a step. Its record is made when it is first asked for: most callers never do. */
export class StepOutcome implements RuntimeOutcome {
  readonly ok: boolean;
  readonly verdict: Verdict;
  readonly status: StepStatus;
  readonly nodeId: string;
  readonly nodeKind: string;
  readonly output: NodeOutput;
  readonly blockedBy: string;
  readonly pausedForHuman: boolean;
  readonly humanContext: HumanContext | undefined;
  readonly error: Error | undefined;
  readonly #step: StepAttempt;
  readonly #plan: CheckPlan;
  #record: StepRecord | undefined;

  constructor(step: StepAttempt, plan: CheckPlan) {
    this.ok = step.status === 'completed';
    this.verdict = step.verdict;
    this.status = step.status;
    this.nodeId = step.node.id;
    this.nodeKind = kindOf(step.names);
    this.output = this.ok ? (step.output ?? EMPTY) : EMPTY;
    this.blockedBy = blockedByOf(step, plan);
    this.pausedForHuman = step.status === 'paused';
    this.humanContext = this.pausedForHuman ? humanContextOf(step, plan) : undefined;
    this.error = step.error;
    this.#step = step;
    this.#plan = plan;
  }

  get record(): StepRecord {
    this.#record ??= recordOf(this.#step, this.#plan);
    return this.#record;
  }
}

/** Why a step waits for a human. */
export function humanContextOf(step: StepAttempt, plan: CheckPlan): HumanContext {
  return {
    ticket: step.stepId,
    runId: step.run.id,
    stepId: step.stepId,
    node: step.node.id,
    check: plan.names[step.blockAt] ?? '',
    reason: step.reasons[step.blockAt] ?? '',
    rule: step.blockRule,
    riskTier: step.facts.riskTier,
  };
}

function blockedByOf(step: StepAttempt, plan: CheckPlan): string {
  if (step.status === 'completed') return '';
  if (step.blockAt !== -1) return `${plan.names[step.blockAt]}:${step.reasons[step.blockAt]}`;
  if (step.status === 'skipped') return `run_stopped:${step.run.stoppedBy}`;
  if (step.status === 'cancelled') return 'aborted';
  if (step.error !== undefined && 'timeoutMs' in step.error) return `step_timeout:${String(step.error.timeoutMs)}`;
  return `node_exception:${step.recordedError?.message ?? step.error?.message ?? ''}`;
}
