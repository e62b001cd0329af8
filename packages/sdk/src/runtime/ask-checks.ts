import type { Check, CheckResult } from '../contract/check.ts';
import { ensureError } from '../errors.ts';
import { isPromise } from '../execution/race.ts';
import type { CheckPlan, PlacedCheck } from './check-plan.ts';
import type { StepAttempt } from './step-attempt.ts';

const ERROR_REASON = 'check_error';

/** Lets the checks look for facts, then asks those before execution one after the other, until one denies. */
export async function askBefore(step: StepAttempt, plan: CheckPlan): Promise<void> {
  for (const check of plan.gathering) {
    try {
      const gathered = check.gather?.(step);
      if (isPromise(gathered)) await gathered;
    } catch (error) {
      const place = plan.placeOf(check.name) ?? 0;
      take(step, plan, place, failed(error));
      if (step.verdict === 'reject') return;
    }
  }
  let before = performance.now();
  for (const placed of plan.before) {
    step.asked += 1;
    let result: CheckResult;
    try {
      const given = placed.check.evaluate(step);
      result = isPromise(given) ? await given : given;
    } catch (error) {
      result = failed(error);
    }
    const now = performance.now();
    step.durationsUs[placed.place] = Math.round((now - before) * 1000);
    before = now;
    take(step, plan, placed.place, result);
    if (step.verdict === 'reject') return;
  }
}

/** Lets checks look at what came out, then asks those after execution. */
export async function askAfter(step: StepAttempt, plan: CheckPlan): Promise<void> {
  for (const placed of plan.reviewing) await review(step, placed);
  for (const placed of plan.after) {
    const before = performance.now();
    let result: CheckResult;
    try {
      const given = placed.check.evaluate(step);
      result = isPromise(given) ? await given : given;
    } catch (error) {
      // After execution an error warns: what has been done can not be undone by a check that does not work.
      result = failed(error);
      noteResult(step, placed.place, result);
      continue;
    }
    step.durationsUs[placed.place] = Math.round((performance.now() - before) * 1000);
    noteResult(step, placed.place, result);
    if (result.outcome === 'deny') withhold(step, placed.place, result);
  }
}

/** Tells the checks that were asked that the attempt is over. */
export async function settleChecks(
  step: StepAttempt,
  plan: CheckPlan,
  onError: (check: Check, error: Error) => void,
): Promise<void> {
  for (const { check, place } of plan.settling) {
    if (plan.before.findIndex((placed) => placed.place === place) >= step.asked) continue;
    try {
      const settled = check.settle?.(step);
      if (isPromise(settled)) await settled;
    } catch (error) {
      onError(check, ensureError(error));
    }
  }
}

async function review(step: StepAttempt, { check, place }: PlacedCheck): Promise<void> {
  try {
    const given = check.review?.(step);
    const result = isPromise(given) ? await given : given;
    if (result === undefined) return;
    noteResult(step, place, result);
    if (result.outcome === 'deny') withhold(step, place, result);
  } catch (error) {
    noteResult(step, place, failed(error));
  }
}

function noteResult(step: StepAttempt, place: number, result: CheckResult): void {
  step.outcomes[place] = result.outcome;
  step.reasons[place] = result.reason;
}

/** Takes a result from before execution. A deny stands above an escalation, and the first of each counts. */
function take(step: StepAttempt, plan: CheckPlan, place: number, result: CheckResult): void {
  noteResult(step, place, result);
  const { outcome } = result;
  if (outcome === 'deny' || (outcome === 'error' && !plan.failOpen.has(plan.names[place] ?? ''))) {
    block(step, place, result);
    step.verdict = 'reject';
    step.status = 'blocked';
  } else if (outcome === 'escalate' && step.verdict === 'commit' && !step.isApproved(place)) {
    block(step, place, result);
    step.verdict = 'escalate';
    step.status = 'paused';
  }
}

/** Blocks a step whose node has answered: its output is not given out. */
function withhold(step: StepAttempt, place: number, result: CheckResult): void {
  if (step.status === 'blocked') return;
  block(step, place, result);
  step.verdict = 'reject';
  step.status = 'blocked';
}

function block(step: StepAttempt, place: number, result: CheckResult): void {
  step.blockAt = place;
  step.blockRule = result.rule;
  step.blockDetail = result.detail;
}

function failed(error: unknown): CheckResult {
  // The message is not recorded: it may hold content of the step.
  return { outcome: 'error', reason: ERROR_REASON, detail: ensureError(error).name };
}
