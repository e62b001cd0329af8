/** What a model call used. What nobody said is `undefined`, never 0. */
export interface ModelUsage {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** Tokens of the input, cached ones included. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** Of the input: read from a cache. */
  readonly cacheReadTokens?: number | undefined;
  /** Of the input: written to a cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** Of the output: spent on reasoning. */
  readonly reasoningTokens?: number | undefined;
  /** US dollars, where the provider or the instrumentation said so. */
  readonly costUsd?: number | undefined;
}

/** Gives a count of tokens, or `undefined` for what is none: a whole number from 0 to a million million. */
export function tokenCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,13}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 1e12 ? number : undefined;
}

/** Gives an amount of US dollars, or `undefined` for what is none. */
export function usdAmount(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number < 1e9 ? number : undefined;
}

/** Gives a text that says something. */
export function filledText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Input tokens with cached ones: who says fewer than were cached leaves them out. */
export function withCached(input: number | undefined, cached: number): number | undefined {
  return input !== undefined && cached > input ? input + cached : input;
}
