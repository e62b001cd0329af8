import type { Attributes, SpanContext } from '@opentelemetry/api';
import { type ModelUsage, type PriceList, responseUsage, StepAccounts, UsageMeter } from '@spanledger/sdk';
import { genaiPrices } from '@spanledger/sdk/prices';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spanUsage } from '../../packages/sdk/src/cost/span-usage.ts';

// The same call of the recorded corpus's provider, as each API says it: 168 in (96 cached), 24 out (8 reasoned).
const openAi = {
  model: 'gpt-5-2025-08-07',
  usage: {
    prompt_tokens: 168,
    completion_tokens: 24,
    prompt_tokens_details: { cached_tokens: 96 },
    completion_tokens_details: { reasoning_tokens: 8 },
  },
};
const call = { inputTokens: 168, outputTokens: 24, cacheReadTokens: 96, reasoningTokens: 8 };

describe('what a response says', () => {
  test.each<[string, unknown, ModelUsage]>([
    ['OpenAI chat completions', openAi, { ...call, model: 'gpt-5-2025-08-07' }],
    ['a bare usage object', openAi.usage, call],
    [
      'OpenAI responses',
      {
        model: 'gpt-5',
        usage: {
          input_tokens: 168,
          input_tokens_details: { cached_tokens: 96 },
          output_tokens: 24,
          output_tokens_details: { reasoning_tokens: 8 },
        },
      },
      { ...call, model: 'gpt-5' },
    ],
    [
      'Anthropic, whose input leaves out cached tokens',
      {
        model: 'claude-sonnet-4-5',
        usage: { input_tokens: 49, output_tokens: 27, cache_read_input_tokens: 112, cache_creation_input_tokens: 16 },
      },
      { model: 'claude-sonnet-4-5', inputTokens: 177, outputTokens: 27, cacheReadTokens: 112, cacheWriteTokens: 16 },
    ],
    [
      'Gemini, whose output leaves out thoughts',
      {
        modelVersion: 'gemini-2.5-flash',
        usageMetadata: {
          promptTokenCount: 168,
          cachedContentTokenCount: 96,
          candidatesTokenCount: 16,
          thoughtsTokenCount: 8,
        },
      },
      { ...call, model: 'gemini-2.5-flash' },
    ],
    [
      'AI SDK, the total over all steps',
      {
        response: { modelId: 'gpt-5' },
        usage: { inputTokens: 1, outputTokens: 1 },
        totalUsage: {
          inputTokens: 168,
          outputTokens: 24,
          inputTokenDetails: { cacheReadTokens: 96 },
          outputTokenDetails: { reasoningTokens: 8 },
        },
      },
      { ...call, model: 'gpt-5' },
    ],
    [
      'a message of LangChain',
      {
        usage_metadata: {
          input_tokens: 168,
          output_tokens: 24,
          input_token_details: { cache_read: 96 },
          output_token_details: { reasoning: 8 },
        },
        response_metadata: { model_name: 'gpt-5' },
      },
      { ...call, model: 'gpt-5' },
    ],
    [
      'Bedrock',
      { usage: { inputTokens: 72, outputTokens: 24, cacheReadInputTokens: 96 } },
      { inputTokens: 168, outputTokens: 24, cacheReadTokens: 96 },
    ],
    ['Cohere', { meta: { tokens: { input_tokens: 168, output_tokens: 24 } } }, { inputTokens: 168, outputTokens: 24 }],
    ['embeddings', { model: 'e', usage: { prompt_tokens: 9, total_tokens: 9 } }, { model: 'e', inputTokens: 9 }],
  ])('%s', (_, response, usage) => {
    expect(responseUsage(response)).toEqual({ ...responseUsage(response), ...usage });
    expect(Object.entries(responseUsage(response) ?? {}).filter(([, value]) => value !== undefined)).toHaveLength(
      Object.keys(usage).length,
    );
  });

  test('what says nothing of tokens gives nothing, and nothing throws', () => {
    for (const nothing of [undefined, null, 'text', 7, [], {}, { usage: null }, { usage: { input_tokens: -1 } }]) {
      expect(responseUsage(nothing)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const usage = responseUsage(value);
        if (usage !== undefined) expect(usage.inputTokens ?? usage.outputTokens).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

let next = 0;
const spanOf = (attributes: Attributes, parent?: string) => {
  next += 1;
  const spanId = next.toString(16).padStart(16, '0');
  const spanContext: SpanContext = { traceId: '1'.repeat(32), spanId, traceFlags: 1 };
  const parentSpanContext = parent === undefined ? undefined : { ...spanContext, spanId: parent };
  return { attributes, parentSpanContext, spanContext: () => spanContext, spanId };
};

describe('what spans say', () => {
  const dialects: [string, Attributes][] = [
    [
      'OpenTelemetry',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.response.model': 'gpt-5',
        'gen_ai.usage.input_tokens': 168,
        'gen_ai.usage.output_tokens': 24,
        'gen_ai.usage.cache_read.input_tokens': 96,
      },
    ],
    [
      'OpenInference',
      {
        'openinference.span.kind': 'LLM',
        'llm.system': 'openai',
        'llm.model_name': 'gpt-5',
        'llm.token_count.prompt': 168,
        'llm.token_count.completion': 24,
        'llm.token_count.prompt_details.cache_read': 96,
      },
    ],
    [
      'the AI SDK',
      {
        'ai.operationId': 'ai.generateText.doGenerate',
        'gen_ai.system': 'openai.responses',
        'gen_ai.response.model': 'gpt-5',
        'ai.usage.inputTokens': 168,
        'ai.usage.outputTokens': 24,
        'ai.usage.cachedInputTokens': 96,
      },
    ],
  ];
  test.each(dialects)('%s', (_, attributes) => {
    expect(spanUsage(spanOf(attributes))).toMatchObject({
      provider: 'openai',
      model: 'gpt-5',
      inputTokens: 168,
      outputTokens: 24,
      cacheReadTokens: 96,
      isRollup: false,
    });
  });

  test('tools, other spans and calls without figures say nothing', () => {
    for (const attributes of [
      {},
      { 'http.request.method': 'POST' },
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.usage.input_tokens': 5 },
      { 'gen_ai.operation.name': 'chat' },
    ]) {
      expect(spanUsage(spanOf(attributes))).toBeUndefined();
    }
  });
});

describe('a step counts each call once', () => {
  const chat = (extra: Attributes = {}): Attributes => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-5',
    'gen_ai.usage.input_tokens': 11,
    'gen_ai.usage.output_tokens': 7,
    ...extra,
  });
  const metered = (...spans: ReturnType<typeof spanOf>[]) => {
    const meter = new UsageMeter();
    for (const span of spans) {
      const usage = spanUsage(span);
      if (usage !== undefined) meter.add(usage);
    }
    return new StepAccounts().account(meter, undefined);
  };

  test('two calls are two', () => {
    expect(metered(spanOf(chat()), spanOf(chat()))).toMatchObject({
      inputTokens: 22,
      outputTokens: 14,
      model: 'gpt-5',
    });
  });

  test('one span told twice, by two processors, is one', () => {
    const span = spanOf(chat());
    expect(metered(span, span)).toMatchObject({ inputTokens: 11, outputTokens: 7 });
  });

  test('an agent’s total is not added to its calls, and counts where no call is seen', () => {
    const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 22 };
    expect(metered(spanOf(chat()), spanOf(chat()), spanOf(agent))).toMatchObject({ inputTokens: 22 });
    expect(metered(spanOf(agent))).toMatchObject({ inputTokens: 22, outputTokens: undefined });
  });

  test('two spans of one call count once: by the response, or nested with the same figures', () => {
    const outer = spanOf(chat({ 'gen_ai.provider.name': 'anthropic' }));
    const inner = spanOf(chat({ 'gen_ai.usage.cache_read.input_tokens': 4 }), outer.spanId);
    expect(metered(inner, outer)).toMatchObject({ inputTokens: 11, provider: 'anthropic' });
    const response = { 'gen_ai.response.id': 'r1' };
    expect(metered(spanOf(chat(response)), spanOf(chat(response)))).toMatchObject({ inputTokens: 11 });
  });
});

describe('cost', () => {
  const prices = genaiPrices();
  const now = new Date('2026-11-01T00:00:00Z');
  const mini = { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1_000_000, outputTokens: 100_000 };

  test('cached tokens cost less', () => {
    expect(prices.price(mini, now)).toEqual({ usd: 0.21, source: 'genai-prices 0.1.8' });
    expect(prices.price({ ...mini, cacheReadTokens: 1_000_000 }, now)?.usd).toBeCloseTo(0.135, 12);
  });

  test.each<[string, ModelUsage]>([
    ['an unknown model', { ...mini, model: 'gpt-4o-mini-of-my-own' }],
    ['a provider that the list does not know', { ...mini, provider: 'local' }],
    ['a call without output tokens', { ...mini, outputTokens: undefined }],
    ['a call without a model', { ...mini, model: undefined }],
  ])('%s has no price', (_, usage) => {
    expect(prices.price(usage, now)).toBeUndefined();
  });

  const meterOf = (...calls: ModelUsage[]): UsageMeter => {
    const meter = new UsageMeter();
    calls.forEach((usage, index) => {
      meter.add({ ...usage, spanId: `${index}`, parentSpanId: undefined, responseId: undefined, isRollup: false });
    });
    return meter;
  };

  test('sums are exact; one call without a price leaves the step without one, and is warned of once', () => {
    const warnings: string[] = [];
    const list: PriceList = { price: ({ model }) => (model === 'm' ? { usd: 0.1, source: 'list' } : undefined) };
    const accounts = new StepAccounts({ prices: list, warn: (message) => warnings.push(message) });
    const known = { model: 'm', inputTokens: 1, outputTokens: 1 };
    expect(accounts.account(meterOf(known, known, known), undefined)).toMatchObject({
      costUsd: 0.3,
      costSource: 'sdk',
    });
    for (let i = 0; i < 3; i += 1) {
      const account = accounts.account(meterOf(known, { ...known, provider: 'p', model: 'x' }), undefined);
      expect(account).toMatchObject({ costUsd: undefined, costSource: undefined, inputTokens: 2 });
    }
    expect(warnings).toEqual(['no price for calls of p/x; steps that call it have none']);
  });

  test('what the provider and the node say stands above the list', () => {
    const accounts = new StepAccounts({ prices });
    expect(accounts.account(meterOf({ ...mini, costUsd: 0.5 }), undefined)).toMatchObject({
      costUsd: 0.5,
      costSource: 'provider',
    });
    expect(accounts.account(meterOf(mini), { content: '', costUsd: 0.7, inputTokens: 3 })).toMatchObject({
      costUsd: 0.7,
      costSource: 'provider',
      inputTokens: 3,
      outputTokens: 100_000,
    });
  });

  test('a node’s own tokens are priced where no call was seen', () => {
    expect(new StepAccounts({ prices }).account(undefined, { content: '', ...mini })).toMatchObject({
      costUsd: 0.21,
      costSource: 'sdk',
      model: 'gpt-4o-mini',
    });
  });

  test('nothing known is undefined, not 0', () => {
    expect(Object.values(new StepAccounts({ prices }).account(new UsageMeter(), { content: '' }))).toEqual(
      Array(8).fill(undefined),
    );
  });
});
