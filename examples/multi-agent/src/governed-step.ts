import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Span } from '@opentelemetry/api';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import type { StepStatus } from '@spanledger/semconv';
import {
  ATTR_STATUS,
  ATTR_STEP_ATTEMPT,
  ATTR_VERDICT,
  EVENT_STEP_DECIDED,
  EVENT_STEP_DENIED,
} from '@spanledger/semconv';
import { checkAfter, checkAttributes, checkBefore, deniedBy } from './checks.ts';
import type { Run } from './run.ts';
import { withStamp } from './stamp.ts';
import type { StepDefinition } from './step-attributes.ts';
import { blockAttributes, decisionAttributes, namesOf, outcomeAttributes, stampAttributes } from './step-attributes.ts';
import type { ModelUsage } from './usage-meter.ts';
import { addUsd, createUsageMeter } from './usage-meter.ts';

/** What a step may use while it runs. */
export interface StepHandle {
  readonly run: Run;
  /** 1, or more in a retry. */
  readonly attempt: number;
  /** Says what a model call cost, so that the step's cost can be recorded. */
  used(usage: ModelUsage): void;
}

/** How a step ended. */
export type StepResult<T> =
  | { readonly status: 'completed'; readonly output: T }
  | { readonly status: 'failed'; readonly error: Error }
  | { readonly status: 'blocked'; readonly reason: string };

/**
 * Runs a function as a governed step: the checks first, then the function, then the outcome; each attempt is a span
 * `execute_step <node>`. Never throws what the function throws: it comes back as `failed`.
 *
 * @example
 * const definition = { node: 'planner', kind: 'agent', action: 'answer', input: ticket, slaTargetMs: 2000 };
 * const plan = await governedStep(run, definition, (step) => makePlan(step, ticket));
 */
export async function governedStep<T>(
  run: Run,
  definition: StepDefinition,
  execute: (step: StepHandle) => Promise<T>,
): Promise<StepResult<T>> {
  const stepId = randomUUID();
  const names = namesOf(definition, stepId, run.nextStepIndex(), run.nextVisit(definition.node));
  for (let attempt = 1; ; attempt++) {
    const attributes = { ...names, [ATTR_STEP_ATTEMPT]: attempt };
    const stamped = withStamp(context.active(), stampAttributes(attributes));
    const tracer = trace.getTracer('governed-step');
    const result = await context.with(stamped, () =>
      tracer.startActiveSpan(`execute_step ${definition.node}`, { attributes }, (span) =>
        runAttempt(run, definition, attempt, span, execute).finally(() => span.end()),
      ),
    );
    if (result.status !== 'failed' || attempt >= (definition.attempts ?? 1)) return result;
  }
}

async function runAttempt<T>(
  run: Run,
  definition: StepDefinition,
  attempt: number,
  span: Span,
  execute: (step: StepHandle) => Promise<T>,
): Promise<StepResult<T>> {
  const { budget } = run;
  const before = checkBefore({
    action: definition.action,
    tool: definition.tool,
    riskTier: definition.riskTier ?? 1,
    taint: definition.taint ?? [],
    budgetLeftUsd: addUsd(budget.limitUsd, -budget.spentUsd),
  });
  const denial = deniedBy(before);
  const decision = { ...decisionAttributes(definition), [ATTR_VERDICT]: denial === undefined ? 'commit' : 'reject' };
  span.setAttributes(decision);
  run.emit(EVENT_STEP_DECIDED, { ...decision, ...checkAttributes(before) });

  const finish = (status: StepStatus, after: ReturnType<typeof checkAfter>): void =>
    void span.setAttributes({
      [ATTR_STATUS]: status,
      ...checkAttributes([...before, ...after]),
      ...run.nextChainLink(),
    });

  if (denial !== undefined) {
    const block = blockAttributes(definition, denial);
    run.emit(EVENT_STEP_DENIED, { ...decision, ...block });
    span.setAttributes({ ...block, ...outcomeAttributes(definition, run, {}) });
    finish('blocked', checkAfter(undefined, false, true));
    return { status: 'blocked', reason: denial.rule ?? denial.check };
  }

  const meter = createUsageMeter();
  const started = performance.now();
  const result = await settle(() => execute({ run, attempt, used: meter.add }));
  const durationMs = performance.now() - started;
  budget.spentUsd = addUsd(budget.spentUsd, meter.costUsd());
  if (result.status === 'failed') recordFailure(span, result.error);
  const output = result.status === 'completed' ? result.output : undefined;
  span.setAttributes(outcomeAttributes(definition, run, { output, durationMs, meter }));
  finish(result.status, checkAfter(durationMs, result.status === 'failed', durationMs <= definition.slaTargetMs));
  return result;
}

async function settle<T>(execute: () => Promise<T>): Promise<Exclude<StepResult<T>, { status: 'blocked' }>> {
  try {
    return { status: 'completed', output: await execute() };
  } catch (thrown) {
    return { status: 'failed', error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }
}

function recordFailure(span: Span, error: Error): void {
  span.recordException(error);
  span.setAttribute('error.type', error.constructor.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}
