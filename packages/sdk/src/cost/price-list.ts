import type { ModelUsage } from './model-usage.ts';

/** What a model call costs. */
export interface CallPrice {
  /** US dollars. */
  readonly usd: number;
  /** Name and version of the list. */
  readonly source: string;
}

/** Prices model calls. */
export interface PriceList {
  /**
   * Gives what a call costs; `undefined` for a model that the list does not know and for a call that does not say all that costs
   * something. Never a guess.
   */
  price(usage: ModelUsage, time: Date): CallPrice | undefined;
}

/** What the calls of a step cost, and what could not be priced. */
export interface PricedUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** US dollars; `undefined` when one of the calls has no price, since a part would look like the whole. */
  readonly costUsd: number | undefined;
  /** Whose figure it is: `provider` where every call said its cost, else `sdk`. */
  readonly costSource: 'provider' | 'sdk' | undefined;
  /** Models without a price, as `provider/model`, each once. */
  readonly unpriced: readonly string[];
}

/** Adds calls up and prices those that do not say what they cost. Money is added in billionths of a dollar, so that sums are exact. */
export function priceCalls(calls: readonly ModelUsage[], prices: PriceList | undefined, time: Date): PricedUsage {
  let billionths = 0;
  let isStated = calls.length > 0;
  const unpriced = new Set<string>();
  for (const call of calls) {
    const usd = call.costUsd ?? prices?.price(call, time)?.usd;
    if (call.costUsd === undefined) isStated = false;
    if (usd === undefined) unpriced.add(nameOfModel(call));
    else billionths += Math.round(usd * 1e9);
  }
  const isKnown = calls.length > 0 && unpriced.size === 0;
  return {
    inputTokens: sumOf(calls.map((call) => call.inputTokens)),
    outputTokens: sumOf(calls.map((call) => call.outputTokens)),
    costUsd: isKnown ? billionths / 1e9 : undefined,
    costSource: isKnown ? (isStated ? 'provider' : 'sdk') : undefined,
    unpriced: [...unpriced],
  };
}

/** A model as warnings name it. */
export function nameOfModel({ provider, model }: ModelUsage): string {
  return `${provider ?? 'unknown'}/${model ?? 'unknown'}`;
}

/** Sum of what was said; `undefined` when nothing was. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const said = values.filter((value) => value !== undefined);
  return said.length === 0 ? undefined : said.reduce((sum, value) => sum + value, 0);
}
