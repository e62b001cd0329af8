/** Tokens of a model call as the app sees them. `input` includes `cached`. */
export interface ModelUsage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

/** Adds up the model calls of a step. */
export interface UsageMeter {
  /** Adds a call. */
  readonly add: (usage: ModelUsage) => void;
  /** Cost of the calls so far, USD. */
  costUsd(): number;
  /** Carbon of the calls so far, grams of CO2 equivalent. */
  carbonGrams(): number;
}

/** Prices of the local model in billionths of a USD a token: whole numbers, so that sums are exact. */
const PRICE = { uncachedInput: 250, cachedInput: 25, output: 2000 } as const;

/** Tokens that cause a gram of CO2 equivalent, by the method {@link CARBON_METHOD}. */
const TOKENS_PER_GRAM = 2500;

/** Name and version of the way in which carbon is estimated. */
export const CARBON_METHOD = 'per-token-example/1';

/** Adds two amounts of USD without the noise of binary fractions: exact to a billionth. */
export function addUsd(left: number, right: number): number {
  return (Math.round(left * 1e9) + Math.round(right * 1e9)) / 1e9;
}

/** Makes a meter that has counted nothing yet. */
export function createUsageMeter(): UsageMeter {
  let billionths = 0;
  let tokens = 0;
  return {
    add(usage) {
      const uncached = usage.input - usage.cached;
      billionths += uncached * PRICE.uncachedInput + usage.cached * PRICE.cachedInput + usage.output * PRICE.output;
      tokens += usage.input + usage.output;
    },
    costUsd: () => billionths / 1e9,
    carbonGrams: () => tokens / TOKENS_PER_GRAM,
  };
}
