import type { UsageEstimate } from '../contract/node.ts';
import type { StepContext } from '../contract/step-context.ts';
import { Account, type Amounts } from './account.ts';
import { holderOf } from './accounts.ts';
import { type CompiledLimit, wantedAmounts } from './compiled-limit.ts';
import type { BudgetPeriod } from './options.ts';
import { periodKey } from './period.ts';
import type { AccountState, BudgetEntry } from './store.ts';

const DAY = 86_400;

/** How long an account is kept after its last use, seconds: longer than its time. */
const KEPT: Readonly<Record<Exclude<BudgetPeriod, 'step'>, number>> = {
  run: 7 * DAY,
  day: 2 * DAY,
  week: 8 * DAY,
  month: 32 * DAY,
  total: 0,
};

/** A limit whose accounts a store keeps. */
export interface SharedLimit {
  readonly compiled: CompiledLimit;
  readonly per: Exclude<BudgetPeriod, 'step'>;
  /** Name of the limit among those of the store; the same in all processes that have the same limits. */
  readonly name: string;
}

/** Names limits for a store: by what they count, not by how much they allow, so that a limit may change while it is in force. */
export function sharedLimits(limits: readonly CompiledLimit[]): readonly SharedLimit[] {
  const seen = new Map<string, number>();
  return limits.flatMap((compiled) => {
    const { per } = compiled.limit;
    if (per === 'step') return [];
    const name = `${compiled.name}.${compiled.measures.join('+')}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return [{ compiled, per, name: before === 0 ? name : `${name}.${before + 1}` }];
  });
}

/** What a step wants of a limit's account. */
export function entryOf(
  { compiled, per, name }: SharedLimit,
  step: StepContext,
  estimate: UsageEstimate | undefined,
  takesRest: boolean,
  now: number,
): BudgetEntry {
  const time = per === 'run' ? step.run.id : periodKey(per, now);
  const wanted = wantedAmounts(compiled, estimate, takesRest);
  return {
    account: JSON.stringify([name, time, holderOf(compiled.limit, step)]),
    keepSeconds: KEPT[per],
    most: compiled.most,
    warnFrom: compiled.warnFrom,
    wanted,
    ifLost: wanted.map((amount) => Math.max(0, amount)),
  };
}

/** An account as a store has told it. */
export function accountOf({ spent, reserved }: AccountState): Account {
  const account = new Account(spent.length);
  fill(account.spent, spent);
  fill(account.reserved, reserved);
  return account;
}

function fill(target: Float64Array, amounts: Amounts): void {
  for (let place = 0; place < amounts.length; place++) target[place] = amounts[place] ?? 0;
}
