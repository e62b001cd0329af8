import { randomUUID } from 'node:crypto';
import { EVENT_STEP_BUDGET_WARNING } from '@spanledger/semconv';
import { Account } from '../budget/account.ts';
import { type CompiledLimit, compileLimit, expectedAmounts, isNear, usedAmounts } from '../budget/compiled-limit.ts';
import { type BudgetOptions, checkLimits } from '../budget/options.ts';
import { accountOf, entryOf, type SharedLimit, sharedLimits } from '../budget/shared-limit.ts';
import type { BudgetEntry, BudgetStore } from '../budget/store.ts';
import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { limitTime, showMoney } from './budget.ts';
import { deny, pass, warn } from './results.ts';

const WITHIN = pass('within_limit');
const NEAR = warn('near_limit');

/**
 * Holds steps to budgets whose accounts a store keeps for several processes. As in one process, what a step is expected to use is put aside
 * in all its accounts at once, before it runs, and what it used is booked after. Where the store does not answer, the check fails: before
 * execution that denies; after it what was put aside is booked once the store gives it up for lost.
 */
export function sharedBudgetCheck(options: BudgetOptions, store: BudgetStore, now: () => number = Date.now): Check {
  checkLimits(options.limits);
  const takesRest = options.withoutEstimate !== 'nothing';
  const overspent = options.overspend === 'warn' ? warn : deny;
  const limits = options.limits.map((limit) => compileLimit(limit, 0, now));
  const ofSteps = limits.filter(({ limit }) => limit.per === 'step');
  const shared = sharedLimits(limits);

  return { name: 'budget', phase: 'before', evaluate, review, settle };

  async function evaluate(step: StepContext): Promise<CheckResult> {
    const estimate = step.input.estimate ?? step.node.estimate;
    for (const compiled of ofSteps) {
      const account = new Account(compiled.measures.length);
      const amounts = expectedAmounts(compiled, account, estimate, takesRest);
      const over = typeof amounts === 'number' ? amounts : account.firstOver(amounts, compiled.most);
      if (typeof amounts === 'number' || over !== -1) return deny(`over_${compiled.words[over]}`, compiled.name);
      account.reserve(amounts);
      limitTime(step, compiled, account, amounts);
      showMoney(step, compiled, account);
    }
    if (shared.length === 0) return WITHIN;
    const id = randomUUID();
    const time = now();
    const entries = shared.map((limit) => entryOf(limit, step, estimate, takesRest, time));
    const { over, states } = await store.reserve(id, entries);
    if (over === undefined) step.reservations = new SharedReservation(id, entries);
    let near = false;
    shared.forEach(({ compiled }, place) => {
      const state = states[place];
      if (state === undefined) return;
      const account = accountOf(state);
      showMoney(step, compiled, account);
      if (over !== undefined) return;
      limitTime(step, compiled, account, state.own);
      near ||= isNear(account, compiled.warnFrom);
    });
    if (over === undefined) return near ? NEAR : WITHIN;
    const limit = shared[over.entry] as SharedLimit;
    return deny(`over_${limit.compiled.words[over.measure]}`, limit.compiled.name);
  }

  async function review(step: StepContext): Promise<CheckResult | undefined> {
    let result: CheckResult | undefined;
    for (const compiled of ofSteps) {
      const account = new Account(compiled.measures.length);
      const used = usedAmounts(compiled, step);
      account.settle(
        Array.from(used, () => 0),
        used,
      );
      result = graver(result, booked(step, compiled, account, true));
    }
    const reservation = takeReservation(step);
    if (reservation === undefined) return result;
    const used = shared.map(({ compiled }) => usedAmounts(compiled, step));
    const states = await store.settle(reservation.id, reservation.entries, used);
    shared.forEach(({ compiled }, place) => {
      const state = states[place];
      if (state !== undefined) result = graver(result, booked(step, compiled, accountOf(state), state.warns));
    });
    return result;
  }

  /** Says what booking came to. */
  function booked(
    step: StepContext,
    compiled: CompiledLimit,
    account: Account,
    warns: boolean,
  ): CheckResult | undefined {
    showMoney(step, compiled, account);
    const over = account.firstOver(undefined, compiled.most);
    if (over !== -1) {
      const reason = `overspent_${compiled.words[over]}`;
      step.emit(EVENT_STEP_BUDGET_WARNING, reason, compiled.name);
      return overspent(reason, compiled.name);
    }
    if (!isNear(account, compiled.warnFrom)) return undefined;
    if (warns) step.emit(EVENT_STEP_BUDGET_WARNING, 'near_limit', compiled.name);
    return NEAR;
  }

  async function settle(step: StepContext): Promise<void> {
    const reservation = takeReservation(step);
    // Not reviewed: nothing was executed.
    if (reservation !== undefined) await store.settle(reservation.id, reservation.entries, undefined);
  }
}

/** Of two results the one that says more: that something was overspent stands above that something is near. */
function graver(one: CheckResult | undefined, other: CheckResult | undefined): CheckResult | undefined {
  return other === undefined || (other === NEAR && one !== undefined) ? one : other;
}

/** What was put aside for a step. */
class SharedReservation {
  readonly id: string;
  readonly entries: readonly BudgetEntry[];

  constructor(id: string, entries: readonly BudgetEntry[]) {
    this.id = id;
    this.entries = entries;
  }
}

/** What was put aside for a step; each time it is taken once. */
function takeReservation(step: StepContext): SharedReservation | undefined {
  const { reservations } = step;
  step.reservations = undefined;
  return reservations instanceof SharedReservation ? reservations : undefined;
}
