/** How the local LLM counts tokens, and the sum of what it billed. */

/** Tokens of one request, or of many. `input` includes `cached`, `output` includes `reasoning`, as in OpenAI's API. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly reasoning: number;
}

const tokensOf = (text: string): number => Math.ceil(text.length / 4);

/**
 * Counts one token for each four characters begun. The system prompt is the shared prefix, so its whole tokens are
 * cached; a quarter of the output is reasoning.
 */
export function countTokens(systemPrompt: string, prompt: string, answer: string): TokenUsage {
  const output = tokensOf(answer);
  return {
    input: tokensOf(systemPrompt) + tokensOf(prompt),
    output,
    cached: Math.floor(systemPrompt.length / 4),
    reasoning: Math.floor(output / 4),
  };
}

/** Adds two usages. */
export function addUsage(left: TokenUsage, right: TokenUsage): TokenUsage {
  return {
    input: left.input + right.input,
    output: left.output + right.output,
    cached: left.cached + right.cached,
    reasoning: left.reasoning + right.reasoning,
  };
}

/** No tokens at all. */
export const NO_USAGE: TokenUsage = { input: 0, output: 0, cached: 0, reasoning: 0 };

/** Usage in the words of the chat completions API. */
export function chatUsage(usage: TokenUsage): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}

/** Usage in the words of the responses API. */
export function responsesUsage(usage: TokenUsage): object {
  return {
    input_tokens: usage.input,
    output_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}
