import { performance } from 'node:perf_hooks';
import { context } from '@opentelemetry/api';
import type { NodeOutput, StepNode } from '../contract/node.ts';
import type { StepUsage } from '../contract/step-context.ts';
import { StepAccounts } from '../cost/step-account.ts';
import { ensureError } from '../errors.ts';
import { Execution } from '../execution/execution.ts';
import { outputOf } from '../execution/node-output.ts';
import { isPromise, race, StepAbortedError, StepTimeoutError } from '../execution/race.ts';
import type { CheckPlan } from './check-plan.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import type { StepAttempt } from './step-attempt.ts';

const TIMEOUT_MS = 300_000;

/** Calls nodes: within the step's context, for no longer than they may, and counts what they used. */
export class NodeRunner {
  readonly #plan: CheckPlan;
  readonly #accounts: StepAccounts;
  readonly #timeoutMs: number;
  readonly #estimatesCarbon: boolean;

  constructor({ execution, usage }: RuntimeOptions, plan: CheckPlan) {
    this.#plan = plan;
    this.#estimatesCarbon = usage?.carbon !== undefined;
    this.#accounts = new StepAccounts(usage);
    this.#timeoutMs = execution?.timeoutMs ?? TIMEOUT_MS;
  }

  /** Calls the node of a step. Whatever it does, the step has an output or an error after it. */
  run(step: StepAttempt): void | Promise<void> {
    const execution = new Execution(step);
    const before = performance.now();
    step.executed = true;
    try {
      const returned = context.with(step.context, callNode, undefined, step.node, execution);
      if (isPromise(returned)) return this.#wait(step, execution, returned, before);
      this.#answered(step, returned);
    } catch (thrown) {
      this.#failed(step, thrown);
    }
    this.#ran(step, before);
  }

  async #wait(
    step: StepAttempt,
    execution: Execution,
    promise: PromiseLike<NodeOutput | string>,
    before: number,
  ): Promise<void> {
    const timeoutMs = Math.min(step.node.timeoutMs ?? this.#timeoutMs, step.timeLimitMs ?? Number.POSITIVE_INFINITY);
    try {
      this.#answered(step, await race(promise, timeoutMs, step.input.signal, (reason) => execution.abort(reason)));
    } catch (thrown) {
      this.#failed(step, thrown);
    }
    this.#ran(step, before);
  }

  #answered(step: StepAttempt, returned: unknown): void {
    step.output = outputOf(returned);
    step.outcomes[this.#plan.executionPlace] = 'pass';
    step.reasons[this.#plan.executionPlace] = 'done';
  }

  #failed(step: StepAttempt, thrown: unknown): void {
    step.error = ensureError(thrown);
    step.recordedError = step.error;
    step.failure = failureOf(step.error);
    step.isSmooth = false;
    step.outcomes[this.#plan.executionPlace] = 'error';
    step.reasons[this.#plan.executionPlace] = step.failure;
  }

  #ran(step: StepAttempt, before: number): void {
    step.durationsUs[this.#plan.executionPlace] = Math.round((performance.now() - before) * 1000);
    step.usage = this.#usageOf(step);
  }

  #usageOf({ calls, output }: StepAttempt): StepUsage | undefined {
    if (calls.isEmpty && (output === undefined || !saysUsage(output))) return undefined;
    if (calls.isEmpty && output?.costUsd !== undefined && !this.#estimatesCarbon) return statedUsage(output);
    const account = this.#accounts.account(calls, output);
    if (account.inputTokens !== undefined || output?.tokensUsed === undefined) return account;
    return { ...account, inputTokens: restOfTokens(output, account.outputTokens) };
  }
}

function callNode(node: StepNode, execution: Execution): NodeOutput | string | Promise<NodeOutput | string> {
  return node.run(execution);
}

/** What an output says, where nothing has to be computed. */
function statedUsage(output: NodeOutput): StepUsage {
  return {
    model: output.model,
    provider: output.provider,
    inputTokens: output.inputTokens ?? restOfTokens(output, output.outputTokens),
    outputTokens: output.outputTokens,
    costUsd: output.costUsd,
    costSource: 'provider',
    carbonGrams: output.carbonGrams,
    carbonMethod: output.carbonGrams === undefined ? undefined : 'stated',
  };
}

/** Of an output that knows only a total, what is not output. */
function restOfTokens(output: NodeOutput, outputTokens: number | undefined): number | undefined {
  return output.tokensUsed === undefined ? undefined : Math.max(0, output.tokensUsed - (outputTokens ?? 0));
}

/** Whether an output says anything of what it used. */
function saysUsage(output: NodeOutput): boolean {
  return (
    output.model !== undefined ||
    output.provider !== undefined ||
    output.costUsd !== undefined ||
    output.inputTokens !== undefined ||
    output.outputTokens !== undefined ||
    output.tokensUsed !== undefined ||
    output.carbonGrams !== undefined
  );
}

function failureOf(error: Error): string {
  if (error instanceof StepTimeoutError) return 'timeout';
  return error instanceof StepAbortedError ? 'aborted' : 'node_exception';
}
