import { filledText, type ModelUsage, tokenCount, withCached } from './model-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what a model call used from what it gave back: a response of OpenAI (chat completions, responses, embeddings), Anthropic,
 * Gemini, Bedrock or Cohere, a result of the AI SDK, a message of LangChain, or a bare usage object of one of them. `undefined` when it says nothing
 * of tokens.
 *
 * @example
 * const response = await client.chat.completions.create(request);
 * const { inputTokens, outputTokens } = responseUsage(response) ?? {};
 */
export function responseUsage(response: unknown): ModelUsage | undefined {
  const outer = fieldsOf(response);
  if (outer === undefined) return undefined;
  const metadata = fieldsOf(outer['response_metadata']);
  // A result of the AI SDK holds the usage of its last step and that of all.
  const holder = [
    outer['totalUsage'],
    outer['usage'],
    outer['usageMetadata'],
    outer['usage_metadata'],
    fieldsOf(outer['meta'])?.['tokens'],
    outer,
  ].find((value) => fieldsOf(value) !== undefined);
  const tokens = tokensOf(fieldsOf(holder) ?? {});
  if (tokens.inputTokens === undefined && tokens.outputTokens === undefined) return undefined;
  const model =
    filledText(outer['model']) ??
    filledText(outer['modelVersion']) ??
    filledText(fieldsOf(outer['response'])?.['modelId']) ??
    filledText(metadata?.['model_name']) ??
    filledText(metadata?.['model']);
  return { ...tokens, model };
}

function tokensOf(usage: Fields): ModelUsage {
  const inputDetails =
    fieldsOf(usage['prompt_tokens_details']) ??
    fieldsOf(usage['input_tokens_details']) ??
    fieldsOf(usage['inputTokenDetails']) ??
    fieldsOf(usage['input_token_details']);
  const outputDetails =
    fieldsOf(usage['completion_tokens_details']) ??
    fieldsOf(usage['output_tokens_details']) ??
    fieldsOf(usage['outputTokenDetails']) ??
    fieldsOf(usage['output_token_details']);
  const cacheReadTokens = first(
    [usage, 'cache_read_input_tokens', 'cachedInputTokens', 'cachedContentTokenCount', 'cacheReadInputTokens'],
    [inputDetails, 'cached_tokens', 'cacheReadTokens', 'cache_read'],
  );
  const cacheWriteTokens = first(
    [usage, 'cache_creation_input_tokens', 'cacheWriteInputTokens'],
    [inputDetails, 'cache_write_tokens', 'cacheWriteTokens', 'cache_creation'],
  );
  const reasoningTokens = first(
    [usage, 'reasoningTokens', 'thoughtsTokenCount'],
    [outputDetails, 'reasoning_tokens', 'reasoningTokens', 'reasoning'],
  );
  const cached = (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  const input = first([
    usage,
    'prompt_tokens',
    'input_tokens',
    'inputTokens',
    'promptTokenCount',
    'promptTokens',
    'inputTokenCount',
  ]);
  const output = first([
    usage,
    'completion_tokens',
    'output_tokens',
    'outputTokens',
    'candidatesTokenCount',
    'completionTokens',
  ]);
  return {
    // Anthropic and Bedrock leave cached tokens out of the input; Gemini leaves thoughts out of the output.
    inputTokens: leavesOutCached(usage) && input !== undefined ? input + cached : withCached(input, cached),
    outputTokens: 'candidatesTokenCount' in usage && output !== undefined ? output + (reasoningTokens ?? 0) : output,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
  };
}

function leavesOutCached(usage: Fields): boolean {
  return (
    'cache_read_input_tokens' in usage ||
    'cache_creation_input_tokens' in usage ||
    'cacheReadInputTokens' in usage ||
    'cacheWriteInputTokens' in usage
  );
}

/** The first of the fields that holds a count. */
function first(...places: readonly (readonly [Fields | undefined, ...string[]])[]): number | undefined {
  for (const [fields, ...names] of places) {
    for (const name of names) {
      const count = tokenCount(fields?.[name]);
      if (count !== undefined) return count;
    }
  }
  return undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
