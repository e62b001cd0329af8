import { EVENT_STEP_BUDGET_WARNING } from '@spanledger/semconv';
import type { Account, Amounts } from '../budget/account.ts';
import { type CompiledLimit, compileLimit, expectedAmounts, isNear, usedAmounts } from '../budget/compiled-limit.ts';
import { type BudgetOptions, checkLimits, UNITS } from '../budget/options.ts';
import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { deny, pass, warn } from './results.ts';

interface Reservation {
  readonly compiled: CompiledLimit;
  readonly account: Account;
  readonly amounts: Amounts;
}

const NONE: readonly Reservation[] = [];
const WITHIN = pass('within_limit');
const NEAR = warn('near_limit');

/**
 * Holds steps to budgets. What a step is expected to use is put aside in all its accounts at once, before it runs, and what it used is
 * booked after: no two steps can spend the same money. Where a step says nothing of what it will use of a limited measure, all that is
 * left is put aside, so that what runs beside it is denied rather than overspent; give estimates to run in parallel.
 */
export function budgetCheck(options: BudgetOptions, now: () => number = Date.now): Check {
  checkLimits(options.limits);
  const { maxAccounts = 100_000, overspend = 'deny', withoutEstimate = 'rest' } = options;
  const limits = options.limits.map((limit) => compileLimit(limit, maxAccounts, now));

  return { name: 'budget', phase: 'before', evaluate, review, settle };

  function evaluate(step: StepContext): CheckResult {
    const estimate = step.input.estimate ?? step.node.estimate;
    const reservations: Reservation[] = [];
    for (const compiled of limits) {
      const account = compiled.accounts.of(step);
      if (account === undefined) return deny('too_many_accounts', compiled.name);
      const amounts = expectedAmounts(compiled, account, estimate, withoutEstimate === 'rest');
      const over = typeof amounts === 'number' ? amounts : account.firstOver(amounts, compiled.most);
      if (typeof amounts === 'number' || over !== -1) {
        showMoney(step, compiled, account);
        return deny(`over_${compiled.words[over]}`, compiled.name);
      }
      reservations.push({ compiled, account, amounts });
    }
    // All fit: only now is anything put aside, in one go.
    let near = false;
    for (const { compiled, account, amounts } of reservations) {
      account.reserve(amounts);
      limitTime(step, compiled, account, amounts);
      showMoney(step, compiled, account);
      near ||= isNear(account, compiled.warnFrom);
    }
    step.reservations = reservations;
    return near ? NEAR : WITHIN;
  }

  function review(step: StepContext): CheckResult | undefined {
    const reservations = takeReservations(step);
    let result: CheckResult | undefined;
    for (const { compiled, account, amounts } of reservations) {
      account.settle(amounts, usedAmounts(compiled, step));
      showMoney(step, compiled, account);
      const over = account.firstOver(undefined, compiled.most);
      if (over !== -1) {
        const reason = `overspent_${compiled.words[over]}`;
        result = overspend === 'deny' ? deny(reason, compiled.name) : warn(reason, compiled.name);
        step.emit(EVENT_STEP_BUDGET_WARNING, reason, compiled.name);
      } else if (isNear(account, compiled.warnFrom)) {
        result ??= NEAR;
        if (!account.hasWarned) step.emit(EVENT_STEP_BUDGET_WARNING, 'near_limit', compiled.name);
        account.hasWarned = true;
      }
    }
    return result;
  }

  function settle(step: StepContext): void {
    // Not reviewed: nothing was executed.
    for (const { account, amounts } of takeReservations(step)) account.settle(amounts, undefined);
  }
}

/** What was put aside for a step; each time it is taken once. */
function takeReservations(step: StepContext): readonly Reservation[] {
  const reservations = step.reservations as readonly Reservation[] | undefined;
  step.reservations = undefined;
  return reservations ?? NONE;
}

/** The record shows the money budget with the least left. */
export function showMoney(step: StepContext, { limit, moneyAt }: CompiledLimit, account: Account): void {
  if (moneyAt === -1 || limit.usd === undefined) return;
  const spentUsd = (account.spent[moneyAt] ?? 0) / UNITS.usd;
  const shown = step.budget;
  const isTighter = shown === undefined || limit.usd - spentUsd <= shown.limitUsd - shown.spentUsd;
  if (isTighter || shown.limitUsd === limit.usd) step.budget = { limitUsd: limit.usd, spentUsd };
}

/** A step may take no longer than what nobody else has put aside. */
export function limitTime(
  step: StepContext,
  { timeAt, most }: CompiledLimit,
  account: Account,
  amounts: Amounts,
): void {
  if (timeAt === -1) return;
  const left = account.left(timeAt, most[timeAt] ?? 0) + (amounts[timeAt] ?? 0);
  const milliseconds = Math.ceil(left / UNITS.timeMs);
  step.timeLimitMs = Math.min(step.timeLimitMs ?? Number.POSITIVE_INFINITY, milliseconds);
}
