import type { Amounts } from './account.ts';

/** Stands for all that is left of a measure. */
export const ALL_THAT_IS_LEFT = -1;
/** Stands for nothing, of a measure of which something must be left. */
export const NOTHING_BUT_SOME_LEFT = -2;

/** An account that a step is counted in. Amounts are whole units, one for each measure of the account's limit. */
export interface BudgetEntry {
  /** Name of the account: limit, time and holder. */
  readonly account: string;
  /** How long the account is kept after its last use, seconds; 0 for ever. */
  readonly keepSeconds: number;
  readonly most: Amounts;
  /** From where on each measure warns. */
  readonly warnFrom: Amounts;
  /** What to put aside: an amount, `ALL_THAT_IS_LEFT` or `NOTHING_BUT_SOME_LEFT`. */
  readonly wanted: Amounts;
  /** What is booked where nobody ever says what was used, since the process is gone. */
  readonly ifLost: Amounts;
}

/** What stands in an account. */
export interface AccountState {
  readonly spent: Amounts;
  /** Put aside, for this step and others. */
  readonly reserved: Amounts;
  /** Put aside for this step. */
  readonly own: Amounts;
}

/** What came of a wish to put amounts aside. */
export interface ReserveAnswer {
  /** Place of the account, and of the measure in it, that has too little left; `undefined` when all was put aside. */
  readonly over: { readonly entry: number; readonly measure: number } | undefined;
  readonly states: readonly AccountState[];
}

/** What stands in an account once a step is booked. */
export interface SettledState extends AccountState {
  /** Whether its limit is near for the first time. */
  readonly warns: boolean;
}

/**
 * Keeps accounts for several processes: `redisBudgetStore` of `@spanledger/sdk/redis-budget`. What it throws denies the step before its
 * execution, and warns after it.
 */
export interface BudgetStore {
  /** Puts amounts aside in all accounts at once, or in none. The same `id` again puts nothing aside again. */
  reserve(id: string, entries: readonly BudgetEntry[]): Promise<ReserveAnswer>;
  /** Gives back what was put aside, and books what was used; `undefined` when nothing was executed. The same `id` again changes nothing. */
  settle(
    id: string,
    entries: readonly BudgetEntry[],
    used: readonly Amounts[] | undefined,
  ): Promise<readonly SettledState[]>;
}
