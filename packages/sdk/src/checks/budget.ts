import { EVENT_STEP_BUDGET_WARNING } from '@spanledger/semconv';
import type { Account, Amounts } from '../budget/account.ts';
import { Accounts } from '../budget/accounts.ts';
import { type BudgetLimit, type BudgetOptions, checkLimits, MEASURES, type Measure, UNITS } from '../budget/options.ts';
import type { Check, CheckResult } from '../contract/check.ts';
import type { UsageEstimate } from '../contract/node.ts';
import type { StepContext, StepUsage } from '../contract/step-context.ts';
import { deny, pass, warn } from './results.ts';

interface CompiledLimit {
  readonly limit: BudgetLimit;
  readonly name: string;
  /** Most of each measure, whole units; infinite where there is no limit. */
  readonly most: Amounts;
  /** From where on each measure warns. */
  readonly warnFrom: Amounts;
  readonly accounts: Accounts;
}

interface Reservation {
  readonly compiled: CompiledLimit;
  readonly account: Account;
  readonly amounts: Amounts;
}

const WITHIN = pass('within_limit');
const NEAR = warn('near_limit');
const NOTHING: Amounts = MEASURES.map(() => 0);
const TIME = MEASURES.indexOf('timeMs');
const USD = MEASURES.indexOf('usd');

/**
 * Holds steps to budgets. What a step is expected to use is put aside in all its accounts at once, before it runs, and what it used is
 * booked after: no two steps can spend the same money. Where a step says nothing of what it will use of a limited measure, all that is
 * left is put aside, so that what runs beside it is denied rather than overspent; give estimates to run in parallel.
 */
export function budgetCheck(options: BudgetOptions, now: () => number = Date.now): Check {
  checkLimits(options.limits);
  const { maxAccounts = 100_000, overspend = 'deny', withoutEstimate = 'rest' } = options;
  const limits = options.limits.map((limit): CompiledLimit => {
    const most = MEASURES.map((measure) => whole(measure, limit[measure]) ?? Number.POSITIVE_INFINITY);
    return {
      limit,
      name: `${limit.per}${limit.by === undefined || limit.by === 'all' ? '' : `_${limit.by}`}`,
      most,
      warnFrom: most.map((amount) => amount * (limit.warnAt ?? 0.8)),
      accounts: new Accounts(limit, maxAccounts, now),
    };
  });
  const open = new WeakMap<StepContext, Reservation[]>();

  return { name: 'budget', phase: 'before', evaluate, review, settle };

  function evaluate(step: StepContext): CheckResult {
    const estimate = step.input.estimate ?? step.node.estimate;
    const reservations: Reservation[] = [];
    for (const compiled of limits) {
      const account = compiled.accounts.of(step);
      if (account === undefined) return deny('too_many_accounts', compiled.name);
      const amounts = expected(estimate, account, compiled.most, withoutEstimate === 'rest');
      const over = account.firstOver(amounts, compiled.most) ?? exhausted(estimate, account, compiled.most);
      if (over !== undefined) {
        showMoney(step, compiled, account);
        return deny(`over_${WORDS[over]}`, compiled.name);
      }
      reservations.push({ compiled, account, amounts });
    }
    // All fit: only now is anything put aside, in one go.
    for (const { account, amounts } of reservations) account.reserve(amounts);
    open.set(step, reservations);
    limitTime(step, reservations);
    for (const { compiled, account } of reservations) showMoney(step, compiled, account);
    return reservations.some(({ compiled, account }) => isNear(account, compiled)) ? NEAR : WITHIN;
  }

  function review(step: StepContext): CheckResult | undefined {
    const reservations = book(step, usedBy(step));
    let result: CheckResult | undefined;
    for (const { compiled, account } of reservations) {
      showMoney(step, compiled, account);
      const over = account.firstOver(NOTHING, compiled.most);
      if (over !== undefined) {
        result =
          overspend === 'deny'
            ? deny(`overspent_${WORDS[over]}`, compiled.name)
            : warn(`overspent_${WORDS[over]}`, compiled.name);
        step.emit(EVENT_STEP_BUDGET_WARNING, `overspent_${WORDS[over]}`, compiled.name);
      } else if (isNear(account, compiled)) {
        result ??= NEAR;
        if (!account.hasWarned) step.emit(EVENT_STEP_BUDGET_WARNING, 'near_limit', compiled.name);
        account.hasWarned = true;
      }
    }
    return result;
  }

  function settle(step: StepContext): void {
    // Not reviewed: nothing was executed.
    book(step, NOTHING);
  }

  function book(step: StepContext, used: Amounts): Reservation[] {
    const reservations = open.get(step) ?? [];
    open.delete(step);
    for (const { account, amounts } of reservations) account.settle(amounts, used);
    return reservations;
  }
}

const WORDS: Readonly<Record<Measure, string>> = {
  usd: 'usd',
  tokens: 'tokens',
  steps: 'steps',
  timeMs: 'time',
  carbonGrams: 'carbon',
};

function whole(measure: Measure, amount: number | undefined): number | undefined {
  return amount === undefined ? undefined : Math.round(amount * UNITS[measure]);
}

/** What to put aside: the estimate, or all that is left of what is limited and not estimated. */
function expected(estimate: UsageEstimate | undefined, account: Account, most: Amounts, takesRest: boolean): Amounts {
  return MEASURES.map((measure, place) => {
    if (measure === 'steps') return 1;
    const stated = whole(measure, statedOf(estimate, measure));
    if (stated !== undefined) return stated;
    const limit = most[place] ?? Number.POSITIVE_INFINITY;
    return takesRest && limit !== Number.POSITIVE_INFINITY ? account.left(place, limit) : 0;
  });
}

function statedOf(estimate: UsageEstimate | undefined, measure: Measure): number | undefined {
  if (measure === 'usd') return estimate?.costUsd;
  if (measure === 'tokens') return estimate?.tokens;
  return measure === 'timeMs' ? estimate?.durationMs : estimate?.carbonGrams;
}

/** A measure of which nothing is left, where the step does not say how much it uses. */
function exhausted(estimate: UsageEstimate | undefined, account: Account, most: Amounts): Measure | undefined {
  return MEASURES.find((measure, place) => {
    const limit = most[place] ?? Number.POSITIVE_INFINITY;
    if (measure === 'steps' || limit === Number.POSITIVE_INFINITY) return false;
    return statedOf(estimate, measure) === undefined && account.left(place, limit) === 0;
  });
}

/** What a step used. One that ran out of time and of which nothing is known is booked with its estimate: it may have been charged. */
function usedBy(step: StepContext): Amounts {
  const isUnknown = step.output === undefined && step.error !== undefined && 'timeoutMs' in step.error;
  const estimate = isUnknown ? (step.input.estimate ?? step.node.estimate) : undefined;
  return MEASURES.map((measure) => {
    if (measure === 'steps') return 1;
    if (measure === 'timeMs') return whole(measure, step.elapsedMs()) ?? 0;
    return whole(measure, spentOf(step.usage, measure) ?? statedOf(estimate, measure)) ?? 0;
  });
}

function spentOf(usage: StepUsage | undefined, measure: Measure): number | undefined {
  if (measure === 'usd') return usage?.costUsd;
  if (measure === 'carbonGrams') return usage?.carbonGrams;
  if (usage?.inputTokens === undefined) return usage?.outputTokens;
  return usage.inputTokens + (usage.outputTokens ?? 0);
}

function isNear(account: Account, { warnFrom }: CompiledLimit): boolean {
  return account.spent.some((spent, place) => spent > 0 && spent >= (warnFrom[place] ?? Number.POSITIVE_INFINITY));
}

/** The record shows the money budget with the least left. */
function showMoney(step: StepContext, { limit, most }: CompiledLimit, account: Account): void {
  if (limit.usd === undefined) return;
  const budget = { limitUsd: limit.usd, spentUsd: (account.spent[USD] ?? 0) / UNITS.usd };
  const left = (most[USD] ?? 0) - (account.spent[USD] ?? 0);
  const shown = step.budget;
  const isSame = shown?.limitUsd === limit.usd;
  if (shown === undefined || isSame || left < (shown.limitUsd - shown.spentUsd) * UNITS.usd) step.budget = budget;
}

/** A step may take no longer than what nobody else has put aside. */
function limitTime(step: StepContext, reservations: readonly Reservation[]): void {
  for (const { compiled, account, amounts } of reservations) {
    if (compiled.limit.timeMs === undefined) continue;
    const left = account.left(TIME, compiled.most[TIME] ?? 0) + (amounts[TIME] ?? 0);
    const milliseconds = Math.ceil(left / UNITS.timeMs);
    step.timeLimitMs = Math.min(step.timeLimitMs ?? Number.POSITIVE_INFINITY, milliseconds);
  }
}
