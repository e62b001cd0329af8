import type { ConditionalPrice, ModelInfo } from '@pydantic/genai-prices';
import { beforeAll, expect, test } from 'vitest';
import { type PriceList, readPriceList } from '../../collector/src/price/price-list.ts';
import { ratesOf } from '../../collector/src/price/rates.ts';

let list: PriceList;
beforeAll(async () => {
  list = await readPriceList();
});

const model = (prices: ModelInfo['prices']): ModelInfo => ({ id: 'm', match: { equals: 'm' }, prices });
const ALWAYS = { starts_at: '1970-01-01 00:00:00', daily_from: 0, daily_until: 0 };
const NONE = {
  input_usd: null,
  cache_read_usd: null,
  cache_write_usd: null,
  output_usd: null,
  reasoning_usd: null,
  request_usd: null,
  other_usd: {},
};

test('a model of one price has one rate; units that no span states stand apart', () => {
  const prices = {
    input_mtok: 2.5,
    cache_read_mtok: 1.25,
    cache_write_mtok: 3,
    output_mtok: 10,
    output_reasoning_mtok: 4,
    requests_kcount: 12,
    web_searches_kcount: 10,
  };
  expect(ratesOf(model(prices))).toEqual([
    {
      ...ALWAYS,
      input_tokens_from: 0,
      input_usd: '2.5',
      cache_read_usd: '1.25',
      cache_write_usd: '3',
      output_usd: '10',
      reasoning_usd: '4',
      request_usd: '12',
      other_usd: { web_searches_kcount: '10' },
    },
  ]);
});

test('a rate for each bound at which some price changes, the greatest first', () => {
  const prices = {
    input_mtok: {
      base: 1,
      tiers: [
        { start: 500, price: 3 },
        { start: 100, price: 2 },
      ],
    },
    output_mtok: { base: 10, tiers: [{ start: 200, price: 20 }] },
  };
  const found = ratesOf(model(prices)).map((rate) => [rate.input_tokens_from, rate.input_usd, rate.output_usd]);
  expect(found).toEqual([
    [501, '3', '20'],
    [201, '2', '20'],
    [101, '2', '10'],
    [0, '1', '10'],
  ]);
});

test('of periods the last comes first, and the first of all stands for what none covers', () => {
  const periods: ConditionalPrice[] = [
    { prices: { input_mtok: 1 } },
    { constraint: { type: 'start_date', start_date: '2026-02-03' }, prices: { input_mtok: 2 } },
    { constraint: { type: 'time_of_date', start_time: '23:30:00Z', end_time: '01:00:00Z' }, prices: { input_mtok: 3 } },
    { constraint: { type: 'time_of_date', start_time: '08:00:00+02:00', end_time: '06:00:00Z' }, prices: {} },
  ];
  const rate = { ...NONE, input_tokens_from: 0 };
  expect(ratesOf(model(periods))).toEqual([
    // The last never holds: it ends when it starts.
    { ...rate, ...ALWAYS, daily_from: 84_600, daily_until: 3600, input_usd: '3' },
    { ...rate, ...ALWAYS, starts_at: '2026-02-03 00:00:00', input_usd: '2' },
    { ...rate, ...ALWAYS, input_usd: '1' },
    { ...rate, ...ALWAYS, input_usd: '1' },
  ]);
});

test('a time that is none is an error that names it', () => {
  const broken: ConditionalPrice[] = [
    { constraint: { type: 'time_of_date', start_time: 'noon', end_time: '01:00:00Z' }, prices: {} },
  ];
  expect(() => ratesOf(model(broken))).toThrow('not a time of the day: noon');
});

test('the list names its version, and each model has its rows in order', () => {
  expect(list.version).toMatch(/^genai-prices \d+\.\d+\.\d+$/);
  expect(list.rows.length).toBeGreaterThan(1500);
  const places = Map.groupBy(list.rows, (row) => `${row.provider}\n${row.model}`);
  for (const [name, rows] of places) {
    expect(
      rows.map((row) => row.position),
      name,
    ).toEqual(rows.map((_, index) => index + 1));
  }
});

test.each([
  ['openai', 'gpt-4o', 'openai', 'gpt-4o'],
  ['OpenAI', 'GPT-4o-2024-11-20', 'openai', 'gpt-4o'],
  ['', 'claude-haiku-4-5-20251001', 'anthropic', 'claude-haiku-4-5'],
  ['azure.ai.openai', 'gpt-4o', 'openai', 'gpt-4o'],
  ['azure.ai.inference', 'phi-4', 'azure', 'phi-4'],
  ['aws.bedrock', 'amazon.nova-micro-v1:0', 'aws', 'amazon.nova-micro-v1:0'],
  ['gcp.gemini', 'gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
  ['gcp.gen_ai', 'gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
  ['gcp.vertex_ai', 'claude-haiku-4-5', 'anthropic', 'claude-haiku-4-5'],
  ['mistral_ai', 'mistral-large-latest', 'mistral', 'mistral-large-latest'],
  ['x_ai', 'grok-4', 'x-ai', 'grok-4'],
  ['moonshot_ai', 'kimi-k2-thinking', 'moonshotai', 'kimi-k2-thinking'],
])('%s %s is found', (provider, name, listedProvider, listedModel) => {
  const found = list.find(provider, name);
  expect(found?.provider).toBe(listedProvider);
  expect(found?.model).toContain(listedModel.split('-')[0] ?? '');
  expect(list.rows.some((row) => row.provider === found?.provider && row.model === found.model)).toBe(true);
});

test.each([
  ['local', 'gpt-4o'],
  ['ollama', 'llama3.2'],
  ['__proto__', 'gpt-4o'],
  ['openai', 'no-such-model'],
  ['openai', '__proto__'],
  ['', ''],
  ['', 'no-such-model'],
])('%s %s is not found', (provider, name) => {
  expect(list.find(provider, name)).toBeUndefined();
});
