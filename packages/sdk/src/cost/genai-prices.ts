import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { calcPrice, findProvider, type PriceCalculation } from '@pydantic/genai-prices';
import type { ModelUsage } from './model-usage.ts';
import type { PriceList } from './price-list.ts';

/** Names of OpenTelemetry's conventions that the list does not know, or takes for another, with its own. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['azure.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['gcp.gen_ai', 'google'],
  ['x_ai', 'x-ai'],
]);

/**
 * Makes a price list of the installed package `@pydantic/genai-prices`, which has to be added to the app. Nothing is fetched: a newer
 * package has newer prices. The same list prices calls in the collector.
 *
 * @example
 * import { genaiPrices } from '@spanledger/sdk/prices';
 * genaiPrices().price({ provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1000, outputTokens: 200 }, new Date());
 */
export function genaiPrices(): PriceList {
  const source = `genai-prices ${packageVersion()}`;
  return {
    price(usage, time) {
      const found = priceOf(usage, time);
      return found === undefined ? undefined : { usd: found.total_price, source };
    },
  };
}

function priceOf(usage: ModelUsage, time: Date): PriceCalculation | undefined {
  const { model, provider = '', inputTokens, outputTokens } = usage;
  if (model === undefined || model.length > 256) return undefined;
  const providerId = PROVIDERS.get(provider) ?? provider;
  // A provider that the list does not know may run any model at any price: then the model's name alone says nothing.
  if (providerId !== '' && findProvider({ providerId }) === undefined) return undefined;
  const tokens = {
    ...count('input_tokens', inputTokens),
    ...count('output_tokens', outputTokens),
    ...count('cache_read_tokens', usage.cacheReadTokens),
    ...count('cache_write_tokens', usage.cacheWriteTokens),
    ...count('output_reasoning_tokens', usage.reasoningTokens),
  };
  const found = calcPrice(tokens, model, { ...(providerId === '' ? {} : { providerId }), timestamp: time });
  if (found === null) return undefined;
  const { input_mtok: input, output_mtok: output } = found.model_price;
  // Half a price would look like a whole one: neither a kind of token that costs and is not said, nor one that is said and has no price.
  if (input === undefined && output === undefined) return undefined;
  if (isUnknown(input, inputTokens) || isUnknown(output, outputTokens)) return undefined;
  return found;
}

function isUnknown(price: unknown, tokens: number | undefined): boolean {
  return price === undefined ? (tokens ?? 0) > 0 : tokens === undefined;
}

function count(name: string, tokens: number | undefined): Record<string, number> {
  return tokens === undefined ? {} : { [name]: tokens };
}

/** The package exports no `package.json`, so it is read beside what it exports. */
function packageVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const text = readFileSync(path.join(path.dirname(entry), '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
