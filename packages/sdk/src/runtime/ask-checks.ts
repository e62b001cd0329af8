import { performance } from 'node:perf_hooks';
import type { Check, CheckResult } from '../contract/check.ts';
import { ensureError } from '../errors.ts';
import { isPromise } from '../execution/race.ts';
import type { CheckPlan, PlacedCheck } from './check-plan.ts';
import type { StepAttempt } from './step-attempt.ts';

const ERROR_REASON = 'check_error';

/** Told of a check that failed where nothing can be recorded of it any more. */
export type OnCheckError = (check: Check, error: Error) => void;

// Each loop below runs at once as far as checks answer at once; where one promises, the rest follows in an async function. Waiting for
// what is already there would cost more than most checks. The clock is imported: the global one is a getter, and a step asks it 16 times.

/** Lets the checks look for facts, then asks those before execution one after the other, until one denies. */
export function askBefore(step: StepAttempt, plan: CheckPlan): void | Promise<void> {
  for (let at = 0; at < plan.gathering.length; at++) {
    const check = plan.gathering[at] as Check;
    try {
      const gathered = check.gather?.(step);
      if (isPromise(gathered)) return gatherOn(step, plan, at, gathered);
    } catch (error) {
      take(step, plan, plan.placeOf(check.name) ?? 0, failed(error));
      if (step.verdict === 'reject') return;
    }
  }
  return decideFrom(step, plan, 0);
}

async function gatherOn(step: StepAttempt, plan: CheckPlan, from: number, pending: PromiseLike<void>): Promise<void> {
  let gathered: void | PromiseLike<void> = pending;
  for (let at = from; at < plan.gathering.length; at++) {
    const check = plan.gathering[at] as Check;
    try {
      if (at > from) gathered = check.gather?.(step);
      await gathered;
    } catch (error) {
      take(step, plan, plan.placeOf(check.name) ?? 0, failed(error));
      if (step.verdict === 'reject') return;
    }
  }
  await decideFrom(step, plan, 0);
}

function decideFrom(step: StepAttempt, plan: CheckPlan, from: number): void | Promise<void> {
  let before = performance.now();
  for (let at = from; at < plan.before.length; at++) {
    const { check, place } = plan.before[at] as PlacedCheck;
    step.asked = at + 1;
    let result: CheckResult;
    try {
      const given = check.evaluate(step);
      if (isPromise(given)) return decideOn(step, plan, at, given, before);
      result = given;
    } catch (error) {
      result = failed(error);
    }
    const now = performance.now();
    noteTime(step, place, now - before);
    before = now;
    take(step, plan, place, result);
    if (step.verdict === 'reject') return;
  }
}

async function decideOn(
  step: StepAttempt,
  plan: CheckPlan,
  at: number,
  pending: PromiseLike<CheckResult>,
  before: number,
): Promise<void> {
  const { place } = plan.before[at] as PlacedCheck;
  let result: CheckResult;
  try {
    result = await pending;
  } catch (error) {
    result = failed(error);
  }
  noteTime(step, place, performance.now() - before);
  take(step, plan, place, result);
  if (step.verdict !== 'reject') await decideFrom(step, plan, at + 1);
}

/** Lets checks look at what came out, then asks those after execution. */
export function askAfter(step: StepAttempt, plan: CheckPlan): void | Promise<void> {
  for (let at = 0; at < plan.reviewing.length; at++) {
    const { check, place } = plan.reviewing[at] as PlacedCheck;
    try {
      const given = check.review?.(step);
      if (isPromise(given)) return reviewOn(step, plan, at, given);
      if (given !== undefined) takeAfter(step, place, given);
    } catch (error) {
      takeAfter(step, place, failed(error));
    }
  }
  return askAfterFrom(step, plan, 0);
}

async function reviewOn(
  step: StepAttempt,
  plan: CheckPlan,
  from: number,
  pending: PromiseLike<CheckResult | undefined>,
): Promise<void> {
  let given: CheckResult | undefined | PromiseLike<CheckResult | undefined> = pending;
  for (let at = from; at < plan.reviewing.length; at++) {
    const { check, place } = plan.reviewing[at] as PlacedCheck;
    try {
      if (at > from) given = check.review?.(step);
      const result = await given;
      if (result !== undefined) takeAfter(step, place, result);
    } catch (error) {
      takeAfter(step, place, failed(error));
    }
  }
  await askAfterFrom(step, plan, 0);
}

function askAfterFrom(step: StepAttempt, plan: CheckPlan, from: number): void | Promise<void> {
  const before = performance.now();
  for (let at = from; at < plan.after.length; at++) {
    const { check, place } = plan.after[at] as PlacedCheck;
    let result: CheckResult;
    try {
      const given = check.evaluate(step);
      if (isPromise(given)) return askAfterOn(step, plan, at, given, before);
      result = given;
    } catch (error) {
      result = failed(error);
    }
    noteTime(step, place, performance.now() - before);
    takeAfter(step, place, result);
  }
}

async function askAfterOn(
  step: StepAttempt,
  plan: CheckPlan,
  at: number,
  pending: PromiseLike<CheckResult>,
  before: number,
): Promise<void> {
  const { place } = plan.after[at] as PlacedCheck;
  let result: CheckResult;
  try {
    result = await pending;
  } catch (error) {
    result = failed(error);
  }
  noteTime(step, place, performance.now() - before);
  takeAfter(step, place, result);
  await askAfterFrom(step, plan, at + 1);
}

/** Tells the checks that were asked that the attempt is over. */
export function settleChecks(step: StepAttempt, plan: CheckPlan, onError: OnCheckError): void | Promise<void> {
  let pending: Promise<void>[] | undefined;
  for (const { check, order } of plan.settling) {
    if (order >= step.asked) continue;
    try {
      const given = check.settle?.(step);
      if (!isPromise(given)) continue;
      pending ??= [];
      pending.push(Promise.resolve(given).catch((error: unknown) => onError(check, ensureError(error))));
    } catch (error) {
      onError(check, ensureError(error));
    }
  }
  if (pending !== undefined) return Promise.all(pending).then(() => undefined);
}

function noteTime(step: StepAttempt, place: number, milliseconds: number): void {
  const microseconds = milliseconds * 1000;
  step.durationsUs[place] = Math.round(microseconds);
  step.checksUs += microseconds;
}

/** Takes a result from before execution. A deny stands above an escalation, and the first of each counts. */
function take(step: StepAttempt, plan: CheckPlan, place: number, result: CheckResult): void {
  const { outcome } = result;
  step.outcomes[place] = outcome;
  step.reasons[place] = result.reason;
  if (outcome === 'pass' || outcome === 'skip') return;
  step.isSmooth = false;
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

/** Takes a result from after execution. A deny withholds the output; an error warns: what has been done can not be undone. */
function takeAfter(step: StepAttempt, place: number, result: CheckResult): void {
  step.outcomes[place] = result.outcome;
  step.reasons[place] = result.reason;
  if (result.outcome !== 'pass' && result.outcome !== 'skip') step.isSmooth = false;
  if (result.outcome !== 'deny' || step.status === 'blocked') return;
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
