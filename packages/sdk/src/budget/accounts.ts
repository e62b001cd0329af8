import type { StepContext, StepRun } from '../contract/step-context.ts';
import { Account } from './account.ts';
import type { BudgetLimit } from './options.ts';
import { periodKey } from './period.ts';

const DAY_MS = 86_400_000;

/**
 * The accounts of one limit. Those of a run live as long as the run does; those of a time are kept up to a number, and accounts of
 * times that are over go first, all at once, when a new time begins.
 */
export class Accounts {
  readonly #limit: BudgetLimit;
  readonly #measures: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #ofRuns = new WeakMap<StepRun, Account | Map<string, Account>>();
  #ofTime = new Map<string, Account>();
  #period = '';
  #nextDay = 0;

  constructor(limit: BudgetLimit, measures: number, most: number, now: () => number) {
    this.#limit = limit;
    this.#measures = measures;
    this.#most = most;
    this.#now = now;
  }

  /** Gives the account that a step is counted in; `undefined` when there are too many, so that none is forgotten that counts. */
  of(step: StepContext): Account | undefined {
    const { per, by } = this.#limit;
    if (per === 'step') return new Account(this.#measures);
    if (per !== 'run') {
      this.#turn();
      return this.#in(this.#ofTime, holderOf(this.#limit, step));
    }
    let accounts = this.#ofRuns.get(step.run);
    if (accounts === undefined) {
      accounts = by === undefined || by === 'all' ? new Account(this.#measures) : new Map<string, Account>();
      this.#ofRuns.set(step.run, accounts);
    }
    return accounts instanceof Account ? accounts : this.#in(accounts, holderOf(this.#limit, step));
  }

  #in(accounts: Map<string, Account>, holder: string): Account | undefined {
    const known = accounts.get(holder);
    if (known !== undefined) return known;
    if (accounts.size >= this.#most) return undefined;
    const account = new Account(this.#measures);
    accounts.set(holder, account);
    return account;
  }

  #turn(): void {
    const now = this.#now();
    if (now < this.#nextDay) return;
    this.#nextDay = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
    const period = periodKey(this.#limit.per, now);
    if (period !== this.#period) this.#ofTime = new Map();
    this.#period = period;
  }
}

/** Whose use is counted together with that of a step. */
export function holderOf({ by = 'all' }: BudgetLimit, step: StepContext): string {
  if (by === 'tenant') return step.tenant ?? '';
  if (by === 'node') return step.node.id;
  if (by === 'agent') return step.identity?.subject ?? step.node.agent ?? step.node.id;
  return '';
}
