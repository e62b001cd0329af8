import { EVENT_RUN_PAUSED, EVENT_RUN_RESUMED, EVENT_STEP_DENIED, EVENT_STEP_ESCALATED } from '@spanledger/semconv';
import type { ApprovalDecision, ApprovalHook } from '../contract/approval.ts';
import { type Admission, CircuitBreaker } from '../execution/circuit-breaker.ts';
import { Execution } from '../execution/execution.ts';
import { checkExecutionOptions, type RetryOptions } from '../execution/options.ts';
import { isPromise, pause, race, StepAbortedError } from '../execution/race.ts';
import { retryDelayMs } from '../execution/retry.ts';
import type { Emitter } from '../telemetry/emitter.ts';
import { askAfter, askBefore, type OnCheckError, settleChecks } from './ask-checks.ts';
import type { CheckPlan } from './check-plan.ts';
import { NodeRunner } from './node-runner.ts';
import { humanContextOf } from './outcome.ts';
import type { PausedSteps } from './paused-steps.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import type { StepAttempt, StepNames } from './step-attempt.ts';
import type { StepEmitter } from './step-emitter.ts';

/** What a human decided of an earlier attempt of a step. */
export interface Resumption {
  /** Place of the check that escalated. */
  readonly check: number;
  readonly decision: ApprovalDecision;
}

/** Takes a step through its checks and its node to exactly one outcome an attempt. */
export class StepMachine {
  readonly #plan: CheckPlan;
  readonly #emitter: StepEmitter;
  readonly #telemetry: Emitter;
  readonly #paused: PausedSteps;
  readonly #approval: ApprovalHook | undefined;
  readonly #runner: NodeRunner;
  readonly #onCheckError: OnCheckError;
  readonly #retry: RetryOptions | undefined;
  readonly #breaker: CircuitBreaker | undefined;

  constructor(options: RuntimeOptions, plan: CheckPlan, emitter: StepEmitter, telemetry: Emitter, paused: PausedSteps) {
    const { execution = {} } = options;
    checkExecutionOptions(execution);
    this.#plan = plan;
    this.#emitter = emitter;
    this.#telemetry = telemetry;
    this.#paused = paused;
    this.#approval = options.approval;
    this.#onCheckError = (check, error) => {
      telemetry.tell('settle', `the check \`${check.name}\` failed to settle`, error);
    };
    this.#runner = new NodeRunner(options, plan);
    this.#retry = execution.retry;
    this.#breaker = execution.breaker === undefined ? undefined : new CircuitBreaker(execution.breaker);
  }

  /** Runs attempts until one is not tried again. Returns the last, which is over. */
  run(names: StepNames, first: number, resumption: Resumption | undefined): StepAttempt | Promise<StepAttempt> {
    const step = this.#emitter.begin(names, first);
    const over = this.#attempt(step, resumption);
    if (over === undefined) return this.#isWorthwhile(step, 1) ? this.#again(step, resumption) : step;
    return over.then(() => (this.#isWorthwhile(step, 1) ? this.#again(step, resumption) : step));
  }

  async #again(failed: StepAttempt, resumption: Resumption | undefined): Promise<StepAttempt> {
    let step = failed;
    for (let tried = 1; this.#retry !== undefined && this.#isWorthwhile(step, tried); tried++) {
      const { names } = step;
      if (!(await pause(retryDelayMs(this.#retry, tried, Math.random()), names.input.signal))) break;
      step = this.#emitter.begin(names, step.attempt + 1);
      await this.#attempt(step, resumption);
    }
    return step;
  }

  #attempt(step: StepAttempt, resumption: Resumption | undefined): void | Promise<void> {
    const { run } = step;
    if (run.stoppedBy !== undefined) return this.#end(step, 'reject', 'skipped');
    if (resumption !== undefined && !resumption.decision.approved) return this.#rejected(step, resumption);
    if (resumption !== undefined) step.approvedCheck = resumption.check;
    const asked = askBefore(step, this.#plan);
    if (asked !== undefined) return asked.then(() => this.#decided(step, resumption));
    return this.#decided(step, resumption);
  }

  /** Records what the checks before execution decided, and goes on accordingly. */
  #decided(step: StepAttempt, resumption: Resumption | undefined): void | Promise<void> {
    const { input } = step;
    if (resumption !== undefined) this.#emitter.overridden(step, resumption.decision);
    if (input.signal?.aborted === true && step.verdict === 'commit') {
      step.error = new StepAbortedError(input.signal.reason);
      step.failure = 'aborted';
    }
    const admission = step.verdict === 'commit' && step.failure === undefined ? this.#admit(step) : undefined;
    this.#emitter.decide(step);
    return step.verdict === 'escalate' ? this.#askHuman(step) : this.#goOn(step, admission);
  }

  /** Executes a step that may be, and ends it either way. */
  #goOn(step: StepAttempt, admission: Admission | undefined): void | Promise<void> {
    if (step.verdict !== 'commit') {
      if (step.status === 'blocked') this.#emitter.event(step, EVENT_STEP_DENIED, blockCode(step), step.blockDetail);
      return this.#finish(step);
    }
    if (step.failure !== undefined) {
      step.status = 'cancelled';
      return this.#finish(step);
    }
    const executed = this.#runner.run(step);
    if (executed !== undefined) return executed.then(() => this.#executed(step, admission));
    return this.#executed(step, admission);
  }

  #executed(step: StepAttempt, admission: Admission | undefined): void | Promise<void> {
    if (admission !== undefined) this.#breaker?.note(step.node.id, admission, step.failure === undefined);
    step.status = statusOf(step);
    const asked = askAfter(step, this.#plan);
    return asked === undefined ? this.#leave(step) : asked.then(() => this.#leave(step));
  }

  #leave(step: StepAttempt): void | Promise<void> {
    if (step.blockAt !== -1) this.#emitter.event(step, EVENT_STEP_DENIED, blockCode(step), step.blockDetail);
    else if (step.failure === undefined) step.run.leave(step.node.id, step.facts.taintLabels, step.span.spanContext());
    return this.#finish(step);
  }

  async #askHuman(step: StepAttempt): Promise<void> {
    const request = humanContextOf(step, this.#plan);
    this.#emitter.event(step, EVENT_STEP_ESCALATED, request.reason, step.blockDetail);
    this.#emitter.run(EVENT_RUN_PAUSED, step.run, step.tenant);
    const decision = await this.#decisionOn(step, request);
    if (decision === undefined) {
      if (!this.#paused.keep({ names: step.names, attempt: step.attempt, check: step.blockAt })) {
        this.#block(step, step.blockAt, 'too_many_paused');
      }
      return this.#goOn(step, undefined);
    }
    this.#emitter.run(EVENT_RUN_RESUMED, step.run, step.tenant);
    this.#emitter.overridden(step, decision);
    if (!decision.approved) {
      this.#reject(step, decision);
      return this.#goOn(step, undefined);
    }
    step.verdict = 'commit';
    step.status = 'running';
    step.blockAt = -1;
    step.blockRule = undefined;
    step.blockDetail = undefined;
    await this.#goOn(step, this.#admit(step));
  }

  /** Asks the hook. One that fails has not approved: the step stays paused. */
  async #decisionOn(
    step: StepAttempt,
    request: ReturnType<typeof humanContextOf>,
  ): Promise<ApprovalDecision | undefined> {
    if (this.#approval === undefined) return undefined;
    const execution = new Execution(step);
    try {
      const asked = this.#approval(request, step.input.signal ?? execution.signal);
      return isPromise(asked) ? await race(asked, Number.POSITIVE_INFINITY, step.input.signal, () => {}) : asked;
    } catch (error) {
      this.#telemetry.tell('approval', `the approval hook failed for step ${step.stepId}; it stays paused`, error);
      return undefined;
    }
  }

  /** A human rejected an earlier attempt: nothing is asked again. */
  #rejected(step: StepAttempt, { check, decision }: Resumption): void | Promise<void> {
    step.blockAt = check;
    step.outcomes[check] = 'escalate';
    this.#reject(step, decision);
    this.#emitter.overridden(step, decision);
    this.#emitter.decide(step);
    return this.#goOn(step, undefined);
  }

  #reject(step: StepAttempt, decision: ApprovalDecision): void {
    this.#block(step, step.blockAt, 'human_rejected');
    if (decision.stopRun !== false) step.run.stoppedBy = step.stepId;
  }

  #block(step: StepAttempt, place: number, reason: string): void {
    step.verdict = 'reject';
    step.status = 'blocked';
    step.blockAt = place;
    step.reasons[place] = reason;
    step.isSmooth = false;
  }

  /** Asks the circuit breaker; a node that is left alone blocks the step. */
  #admit(step: StepAttempt): Admission | undefined {
    if (this.#breaker === undefined) return undefined;
    const admission = this.#breaker.admit(step.node.id);
    if (admission !== undefined) return admission;
    const place = this.#plan.executionPlace;
    step.outcomes[place] = 'deny';
    this.#block(step, place, 'circuit_open');
    return undefined;
  }

  #isWorthwhile(step: StepAttempt, tried: number): boolean {
    const retry = this.#retry;
    if (retry === undefined || step.status !== 'failed' || step.error === undefined || tried >= retry.attempts)
      return false;
    return retry.isRetryable?.(step.error) ?? true;
  }

  #finish(step: StepAttempt): void | Promise<void> {
    const settled = settleChecks(step, this.#plan, this.#onCheckError);
    if (settled !== undefined) return settled.then(() => this.#close(step));
    return this.#close(step);
  }

  #close(step: StepAttempt): void | Promise<void> {
    step.durationMs = step.elapsedMs();
    return this.#emitter.end(step);
  }

  #end(step: StepAttempt, verdict: 'reject', status: 'skipped'): void | Promise<void> {
    step.verdict = verdict;
    step.status = status;
    return this.#finish(step);
  }
}

function statusOf(step: StepAttempt): 'completed' | 'failed' | 'cancelled' {
  if (step.failure === undefined) return 'completed';
  return step.failure === 'aborted' ? 'cancelled' : 'failed';
}

function blockCode(step: StepAttempt): string {
  return step.reasons[step.blockAt] ?? '';
}
