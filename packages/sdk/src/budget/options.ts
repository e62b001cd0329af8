import { ConfigurationError } from '../errors.ts';
import type { BudgetStore } from './store.ts';

/** What a limit counts over: one step, one run, or all of a time. Days, weeks (from Monday), months and totals are in UTC. */
export type BudgetPeriod = 'step' | 'run' | 'day' | 'week' | 'month' | 'total';

/** One limit. What it leaves out is not limited. At the limit is allowed, over it is denied. */
export interface BudgetLimit {
  readonly per: BudgetPeriod;
  /** Whose use is counted together. Default `all`. */
  readonly by?: 'all' | 'agent' | 'node' | 'tenant';
  /** US dollars, at most 9,000,000. */
  readonly usd?: number;
  readonly tokens?: number;
  readonly steps?: number;
  /** Time spent in steps, milliseconds. */
  readonly timeMs?: number;
  /** Grams of CO2 equivalent. */
  readonly carbonGrams?: number;
  /** Share of the limit from which on a warning is given. Default 0.8. */
  readonly warnAt?: number;
}

/** Budgets of a runtime. */
export interface BudgetOptions {
  readonly limits: readonly BudgetLimit[];
  /**
   * What a step whose output is over a budget that let it start comes to. `deny` withholds the output, `warn` gives it out; either way
   * the next step is denied. Default `deny`.
   */
  readonly overspend?: 'deny' | 'warn';
  /**
   * What is put aside for a step that does not say how much of a limited measure it uses. `rest` is all that is left, so that what runs
   * beside it is denied rather than overspent. `nothing` lets steps run side by side that can overspend together. Default `rest`.
   */
  readonly withoutEstimate?: 'rest' | 'nothing';
  /** Accounts of days, weeks, months and totals that are kept at the same time, without a store. Default 100,000. */
  readonly maxAccounts?: number;
  /** Keeps the accounts for several processes: `redisBudgetStore` of `@spanledger/sdk/redis-budget`. Default: in this process. */
  readonly store?: BudgetStore;
}

/** What a budget measures, in whole units so that sums are exact: billionths of a dollar, tokens, steps, microseconds, billionths of a gram. */
export const MEASURES = ['usd', 'tokens', 'steps', 'timeMs', 'carbonGrams'] as const;

/** One of `MEASURES`. */
export type Measure = (typeof MEASURES)[number];

/** Whole units in one of each measure. */
export const UNITS: Readonly<Record<Measure, number>> = {
  usd: 1e9,
  tokens: 1,
  steps: 1,
  timeMs: 1000,
  carbonGrams: 1e9,
};

/** Refuses limits that can not be meant. @throws {ConfigurationError} BUDGET_LIMIT */
export function checkLimits(limits: readonly BudgetLimit[]): void {
  limits.forEach((limit, place) => {
    const refuse = (name: string, message: string): never => {
      throw new ConfigurationError('BUDGET_LIMIT', `budget.limits[${place}].${name}`, message);
    };
    for (const measure of MEASURES) {
      const value = limit[measure];
      if (value === undefined) continue;
      const most = Math.floor(9e15 / UNITS[measure]);
      if (!(value >= 0 && value <= most)) refuse(measure, `${value} is not within 0 and ${most}`);
    }
    if (MEASURES.every((measure) => limit[measure] === undefined)) refuse('usd', 'the limit limits nothing');
    const { warnAt = 0.8 } = limit;
    if (!(warnAt > 0 && warnAt <= 1)) refuse('warnAt', `${warnAt} is not within 0 and 1`);
  });
}
