import type { AttributeValue } from '@opentelemetry/api';
import { type ModelUsage, tokenCount } from './model-usage.ts';

type Counts = Pick<
  ModelUsage,
  'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens'
>;

const NOTHING: Counts = {};
/** Longer texts are no usage. */
const LONGEST = 100_000;

/**
 * Reads the counts that Langfuse writes as JSON. They exclude one another: all that begin with `input`, and those of the cache, are input;
 * `output` likewise.
 */
export function usageDetails(text: AttributeValue | undefined): Counts {
  const details = fieldsIn(text);
  if (details === undefined) return NOTHING;
  const counts = Object.entries(details).flatMap(([key, value]) => {
    const count = tokenCount(value);
    return count === undefined ? [] : [[key, count] as const];
  });
  const one = (...keys: string[]): number | undefined => counts.find(([key]) => keys.includes(key))?.[1];
  const sum = (pattern: RegExp, other: string): number | undefined => {
    const found = counts.filter(([key]) => pattern.test(key));
    return found.length === 0 ? one(other) : found.reduce((total, [, count]) => total + count, 0);
  };
  return {
    inputTokens: sum(/^(?:input|cache_(?:read|creation)_input_tokens$)/, 'prompt_tokens'),
    outputTokens: sum(/^output/, 'completion_tokens'),
    cacheReadTokens: one('input_cached_tokens', 'cache_read_input_tokens', 'input_cache_read'),
    cacheWriteTokens: one('cache_creation_input_tokens', 'input_cache_creation'),
    reasoningTokens: one('output_reasoning_tokens'),
  };
}

function fieldsIn(text: AttributeValue | undefined): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string' || text.length > LONGEST || !text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Telemetry of others: what is no JSON says nothing.
    return undefined;
  }
}
