import type { Amounts } from '../budget/account.ts';
import type { AccountState, BudgetEntry, BudgetStore, ReserveAnswer, SettledState } from '../budget/store.ts';
import { ConfigurationError } from '../errors.ts';
import { LimitStoreError, StoreWatch } from '../limit-store/store-watch.ts';
import { type RunScript, type ScriptAnswer, scriptRunner } from './script-client.ts';
import { RENEW, RESERVE, SETTLE } from './scripts.ts';

/** Where the accounts are kept. */
export interface RedisBudgetOptions {
  /** Client of `ioredis`, or of `redis` with `useRedisPackage`. Redis 5 or later. */
  readonly redis: object;
  /** Whether the client is of the package `redis`. Default false. */
  readonly useRedisPackage?: boolean;
  /** Beginning of the keys. Apps with one prefix share their budgets. Default `spanledger`. */
  readonly keyPrefix?: string;
  /** How long the store may take to answer, milliseconds. Default 1000. */
  readonly timeoutMs?: number;
  /**
   * How long what a process has put aside stays so when it is heard of no more, milliseconds. A process that lives says so three times in
   * this time, however long its steps take. Default 60,000.
   */
  readonly leaseMs?: number;
}

/**
 * Keeps budgets in Redis, for all processes together: what one puts aside, no other can spend. Give it to `budget.store`. All accounts of
 * a prefix stand on one slot of a Redis cluster, since a step is counted in several at once.
 *
 * @example
 * const budget = { limits: [{ per: 'day', usd: 50 }], store: redisBudgetStore({ redis: new Redis() }) };
 * @throws {ConfigurationError} BUDGET_STORE
 */
export function redisBudgetStore(options: RedisBudgetOptions): BudgetStore {
  return new RedisBudgetStore(options);
}

class RedisBudgetStore implements BudgetStore {
  readonly #run: RunScript;
  readonly #watch: StoreWatch;
  readonly #prefix: string;
  readonly #leaseMs: number;
  /** Keys of what is put aside by this process. */
  readonly #open = new Map<string, readonly string[]>();
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: RedisBudgetOptions) {
    const { redis, useRedisPackage = false, keyPrefix = 'spanledger', timeoutMs = 1000, leaseMs = 60_000 } = options;
    for (const [name, value] of Object.entries({ timeoutMs, leaseMs })) {
      if (Number.isSafeInteger(value) && value > 0) continue;
      throw new ConfigurationError('BUDGET_STORE', name, `${value} is no whole number above 0`);
    }
    if (typeof Reflect.get(redis, useRedisPackage ? 'evalSha' : 'evalsha') !== 'function') {
      const other = 'a client of `ioredis`, or of `redis` with `useRedisPackage: true`';
      throw new ConfigurationError('BUDGET_STORE', 'redis', `it can not run scripts; give ${other}`);
    }
    this.#run = scriptRunner(redis, useRedisPackage);
    this.#watch = new StoreWatch('the budget store', timeoutMs);
    this.#prefix = `${keyPrefix}:{budget}:`;
    this.#leaseMs = leaseMs;
  }

  async reserve(id: string, entries: readonly BudgetEntry[]): Promise<ReserveAnswer> {
    const keys = this.#keysOf(entries);
    const values = [id, String(this.#leaseMs)];
    for (const { keepSeconds, most, wanted, ifLost } of entries) {
      values.push(String(most.length), String(keepSeconds), ...texts(most), ...texts(wanted), ...texts(ifLost));
    }
    const asked = this.#run(RESERVE, keys, values);
    try {
      const [over = 0, measure = 0, ...numbers] = await this.#watch.answer(asked);
      const states = readReserved(numbers, entries);
      if (over !== 0) return { over: { entry: Number(over) - 1, measure: Number(measure) - 1 }, states };
      this.#hold(id, keys);
      return { over: undefined, states };
    } catch (error) {
      // Should it still be put aside, nobody will use it.
      if (error instanceof LimitStoreError) asked.then(() => this.settle(id, entries, undefined)).catch(() => {});
      throw error;
    }
  }

  async settle(
    id: string,
    entries: readonly BudgetEntry[],
    used: readonly Amounts[] | undefined,
  ): Promise<readonly SettledState[]> {
    this.#release(id);
    const values = [id];
    entries.forEach(({ keepSeconds, warnFrom }, place) => {
      const amounts = used?.[place] ?? Array.from(warnFrom, () => 0);
      values.push(String(warnFrom.length), String(keepSeconds), ...texts(warnFrom), ...texts(amounts));
    });
    return readSettled(await this.#watch.answer(this.#run(SETTLE, this.#keysOf(entries), values)), entries);
  }

  #keysOf(entries: readonly BudgetEntry[]): string[] {
    return entries.flatMap(({ account }) => [`${this.#prefix}${account}`, `${this.#prefix}${account}:leases`]);
  }

  #hold(id: string, keys: readonly string[]): void {
    this.#open.set(id, keys);
    this.#renewal ??= setInterval(() => this.#renew(), this.#leaseMs / 3).unref();
  }

  #release(id: string): void {
    this.#open.delete(id);
    if (this.#open.size > 0) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  #renew(): void {
    for (const [id, keys] of this.#open) {
      // The watch has told that the store is away; what is put aside is booked as lost then, and corrected when the step ends.
      this.#watch.answer(this.#run(RENEW, keys, [id, String(this.#leaseMs)])).catch(() => {});
    }
  }
}

function texts(amounts: Amounts): string[] {
  return Array.from(amounts, String);
}

function readReserved(numbers: ScriptAnswer, entries: readonly BudgetEntry[]): AccountState[] {
  let at = 0;
  return entries.map(({ most }) => {
    const state = { spent: [] as number[], reserved: [] as number[], own: [] as number[] };
    for (let measure = 0; measure < most.length; measure++, at += 3) {
      state.spent.push(Number(numbers[at]));
      state.reserved.push(Number(numbers[at + 1]));
      state.own.push(Number(numbers[at + 2]));
    }
    return state;
  });
}

function readSettled(numbers: ScriptAnswer, entries: readonly BudgetEntry[]): SettledState[] {
  let at = 0;
  return entries.map(({ most }) => {
    const state = { warns: Number(numbers[at]) === 1, spent: [] as number[], reserved: [] as number[], own: [] };
    at += 1;
    for (let measure = 0; measure < most.length; measure++, at += 2) {
      state.spent.push(Number(numbers[at]));
      state.reserved.push(Number(numbers[at + 1]));
    }
    return state;
  });
}
