import type { CarbonEstimator, PriceList } from '@spanledger/sdk';

/** Prices of the scripted LLM in billionths of a US dollar a token. */
const PRICE = { uncachedInput: 250, cachedInput: 25, output: 2000 } as const;

/** Tokens that cause a gram of CO2 equivalent. */
const TOKENS_PER_GRAM = 2500;

/** Prices of the scripted LLM, which no list knows. For real models: `genaiPrices()` of `@spanledger/sdk/prices`. */
export const LOCAL_PRICES: PriceList = {
  price({ inputTokens = 0, outputTokens = 0, cacheReadTokens = 0 }) {
    const fresh = inputTokens - cacheReadTokens;
    const billionths = fresh * PRICE.uncachedInput + cacheReadTokens * PRICE.cachedInput + outputTokens * PRICE.output;
    return { usd: billionths / 1e9, source: 'local-llm 1' };
  },
};

/** Carbon of the scripted LLM, made up as its answers are. For real models: `carbonEstimator()`, which makes nothing up. */
export const LOCAL_CARBON: CarbonEstimator = {
  estimate({ inputTokens = 0, outputTokens = 0 }) {
    const [inputGrams, outputGrams] = [inputTokens / TOKENS_PER_GRAM, outputTokens / TOKENS_PER_GRAM];
    const grams = (inputTokens + outputTokens) / TOKENS_PER_GRAM;
    return { grams, inputGrams, outputGrams, energyWh: grams * 2, method: 'per-token-example/1' };
  },
};
