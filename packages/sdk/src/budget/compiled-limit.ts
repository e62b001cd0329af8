import type { UsageEstimate } from '../contract/node.ts';
import type { StepContext } from '../contract/step-context.ts';
import type { Account, Amounts } from './account.ts';
import { Accounts } from './accounts.ts';
import { type BudgetLimit, MEASURES, type Measure, UNITS } from './options.ts';
import { ALL_THAT_IS_LEFT, NOTHING_BUT_SOME_LEFT } from './store.ts';

const WORDS: Readonly<Record<Measure, string>> = {
  usd: 'usd',
  tokens: 'tokens',
  steps: 'steps',
  timeMs: 'time',
  carbonGrams: 'carbon',
};

/** A limit, made ready to be asked for every step: only the measures that it limits are looked at. */
export interface CompiledLimit {
  readonly limit: BudgetLimit;
  /** Name in the record, for example `run` or `day_agent`. */
  readonly name: string;
  readonly measures: readonly Measure[];
  /** Words of the measures in reason codes. */
  readonly words: readonly string[];
  readonly most: Amounts;
  /** From where on each measure warns. */
  readonly warnFrom: Amounts;
  /** Place of money and of time among the measures; -1 for none. */
  readonly moneyAt: number;
  readonly timeAt: number;
  readonly accounts: Accounts;
}

/** Makes a limit ready. */
export function compileLimit(limit: BudgetLimit, maxAccounts: number, now: () => number): CompiledLimit {
  const measures = MEASURES.filter((measure) => limit[measure] !== undefined);
  const most = measures.map((measure) => wholeUnits(measure, limit[measure] ?? 0));
  return {
    limit,
    name: limit.by === undefined || limit.by === 'all' ? limit.per : `${limit.per}_${limit.by}`,
    measures,
    words: measures.map((measure) => WORDS[measure]),
    most,
    warnFrom: most.map((amount) => amount * (limit.warnAt ?? 0.8)),
    moneyAt: measures.indexOf('usd'),
    timeAt: measures.indexOf('timeMs'),
    accounts: new Accounts(limit, measures.length, maxAccounts, now),
  };
}

/**
 * What to put aside: what the step says, or all that is left of what it says nothing of. Where nothing is left of such a measure, its
 * place instead.
 * @param takesRest whether all that is left is put aside; else nothing is
 */
export function expectedAmounts(
  { measures, most }: CompiledLimit,
  account: Account,
  estimate: UsageEstimate | undefined,
  takesRest: boolean,
): Amounts | number {
  const amounts = new Array<number>(measures.length);
  for (let place = 0; place < measures.length; place++) {
    const measure = measures[place] as Measure;
    const stated = statedOf(estimate, measure);
    if (stated !== undefined) {
      amounts[place] = wholeUnits(measure, stated);
      continue;
    }
    const left = account.left(place, most[place] ?? 0);
    if (left === 0) return place;
    amounts[place] = takesRest ? left : 0;
  }
  return amounts;
}

/** The same as a wish, for a store that knows what is left. */
export function wantedAmounts(
  { measures }: CompiledLimit,
  estimate: UsageEstimate | undefined,
  takesRest: boolean,
): number[] {
  return measures.map((measure) => {
    const stated = statedOf(estimate, measure);
    if (stated !== undefined) return wholeUnits(measure, stated);
    return takesRest ? ALL_THAT_IS_LEFT : NOTHING_BUT_SOME_LEFT;
  });
}

/** What a step used. One that ran out of time and of which nothing is known is booked with its estimate: it may have been charged. */
export function usedAmounts({ measures }: CompiledLimit, step: StepContext): Amounts {
  const { usage, error, output } = step;
  const isUnknown = output === undefined && error !== undefined && 'timeoutMs' in error;
  const amounts = new Array<number>(measures.length);
  for (let place = 0; place < measures.length; place++) {
    const measure = measures[place] as Measure;
    let amount: number | undefined;
    if (measure === 'steps') amount = 1;
    else if (measure === 'timeMs') amount = step.elapsedMs();
    else if (measure === 'usd') amount = usage?.costUsd;
    else if (measure === 'carbonGrams') amount = usage?.carbonGrams;
    else if (usage !== undefined) amount = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
    if (amount === undefined && isUnknown) amount = statedOf(step.input.estimate ?? step.node.estimate, measure);
    amounts[place] = amount === undefined ? 0 : wholeUnits(measure, amount);
  }
  return amounts;
}

/** Whether the warning threshold of any measure is reached. */
export function isNear(account: Account, warnFrom: Amounts): boolean {
  for (let place = 0; place < warnFrom.length; place++) {
    const spent = account.spent[place] ?? 0;
    if (spent > 0 && spent >= (warnFrom[place] ?? 0)) return true;
  }
  return false;
}

function wholeUnits(measure: Measure, amount: number): number {
  return Math.round(amount * UNITS[measure]);
}

function statedOf(estimate: UsageEstimate | undefined, measure: Measure): number | undefined {
  if (measure === 'steps') return 1;
  if (measure === 'usd') return estimate?.costUsd;
  if (measure === 'tokens') return estimate?.tokens;
  return measure === 'timeMs' ? estimate?.durationMs : estimate?.carbonGrams;
}
