import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Row, rowsOf, send } from '../faults/ledger-dump.ts';
import { governed, operation, plain, type SaidUsage } from '../faults/ledger-scenes.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import type { Value } from '../otlp/values.ts';

// Prices of @pydantic/genai-prices 0.1.8 in US dollars for a million tokens: gpt-4o 2.5, cached 1.25, output 10;
// claude-haiku-4-5 1, cached 0.1, cache write 1.25, output 5; claude-sonnet-4-5 3 and 15, above 200,000 input tokens 6 and 22.5;
// o3 10 and 40, from 2025-06-10 on 2 and 8; deepseek-chat 0.135 and 0.55, from 00:30 to 16:30 0.27 and 1.1;
// text-embedding-3-small 0.02; sonar-deep-research of Perplexity 2, output 8, reasoning 3; sonar 1 and 1, 12 for a thousand calls.
const VERSION = 'genai-prices 0.1.8';

interface Call extends SaidUsage {
  readonly reasoning?: number;
  readonly provider?: string;
  readonly model?: string;
  readonly operation?: string;
  readonly agent?: string;
  /** Start in ISO-8601, where it matters. */
  readonly start?: string;
  readonly source?: string;
  /** True for one that starts when the trace does. */
  readonly during?: boolean;
}

function call(trace: string, id: number, parent: number | undefined, said: Call): Span {
  const { provider = 'openai', model = 'gpt-4o', start, ...used } = said;
  const attributes: Record<string, Value | undefined> = {
    'gen_ai.provider.name': provider === '' ? undefined : provider,
    'gen_ai.request.model': model,
    'gen_ai.agent.name': said.agent,
    'gen_ai.usage.reasoning.output_tokens': said.reasoning,
    'spanledger.cost.source': said.source,
  };
  const nanoseconds = start === undefined ? undefined : BigInt(Date.parse(start)) * 1_000_000n;
  return operation(
    said.operation ?? 'chat',
    {
      trace,
      id,
      parent,
      ...(said.during === true ? { start: 0, end: 10 } : {}),
      attributes: Object.fromEntries(
        Object.entries(attributes).filter((one): one is [string, Value] => one[1] !== undefined),
      ),
      ...(nanoseconds === undefined
        ? {}
        : { more: { startTimeUnixNano: nanoseconds, endTimeUnixNano: nanoseconds + 1_000_000n } }),
    },
    used,
  );
}

/** A call alone in its trace, and its cost, `null` for none. */
const CALLS: Readonly<Record<string, readonly [Call, string | null]>> = {
  'input and output': [{ input: 1000, output: 100 }, '0.0035'],
  'cached tokens are part of the input': [{ input: 1000, output: 100, cacheRead: 400 }, '0.003'],
  'cache writes have a price of their own': [
    { provider: 'anthropic', model: 'claude-haiku-4-5', input: 1000, cacheRead: 200, cacheWrite: 300, output: 10 },
    '0.000945',
  ],
  'an emitter that leaves cached tokens out of the input': [
    { provider: 'anthropic', model: 'claude-haiku-4-5', input: 100, cacheRead: 1000, output: 0 },
    '0.0002',
  ],
  'reasoning is part of the output': [{ input: 0, output: 100, reasoning: 60 }, '0.001'],
  'reasoning with a price of its own': [
    { provider: 'perplexity', model: 'sonar-deep-research', input: 0, output: 100, reasoning: 60 },
    '0.0005',
  ],
  'a price for the call itself': [{ provider: 'perplexity', model: 'sonar', input: 1000, output: 1000 }, '0.014'],
  'a dated name of a model': [{ model: 'gpt-4o-2024-11-20', input: 1000, output: 100 }, '0.0035'],
  'a provider by its name in the conventions': [
    { provider: 'azure.ai.inference', model: 'gpt-4o', input: 1000, output: 100 },
    '0.0035',
  ],
  'no provider, but a model that only one has': [{ provider: '', input: 1000, output: 100 }, '0.0035'],
  'the tier below its bound': [
    { provider: 'anthropic', model: 'claude-sonnet-4-5', input: 200_000, output: 1 },
    '0.600015',
  ],
  'the tier above its bound': [
    { provider: 'anthropic', model: 'claude-sonnet-4-5', input: 200_001, output: 1 },
    '1.2000285',
  ],
  'before a change of price': [{ model: 'o3', input: 1000, output: 0, start: '2025-06-09T23:59:59.999Z' }, '0.01'],
  'from the change on': [{ model: 'o3', input: 1000, output: 0, start: '2025-06-10T00:00:00Z' }, '0.002'],
  'the price of the night': [
    { provider: 'deepseek', model: 'deepseek-chat', input: 1000, output: 0, start: '2025-06-09T00:29:59Z' },
    '0.000135',
  ],
  'the price of the day': [
    { provider: 'deepseek', model: 'deepseek-chat', input: 1000, output: 0, start: '2025-06-09T00:30:00Z' },
    '0.00027',
  ],
  'one cached token': [
    { provider: 'anthropic', model: 'claude-haiku-4-5', input: 0, cacheRead: 1, output: 0 },
    '0.0000001',
  ],
  'embeddings have no output': [{ model: 'text-embedding-3-small', operation: 'embeddings', input: 1000 }, '0.00002'],
  'no tokens at all': [{ input: 0, output: 0 }, '0'],
  'output that is not said': [{ input: 1000 }, null],
  'input that is not said': [{ output: 1000 }, null],
  'no usage': [{}, null],
  'a model that nobody knows': [{ model: 'xyz-4o', input: 1000, output: 100 }, null],
  'a known model of a provider that nobody knows': [{ provider: 'local', input: 1000, output: 100 }, null],
  'output of a model that has a price for input alone': [
    { model: 'text-embedding-3-small', input: 1000, output: 1 },
    null,
  ],
  'an agent is no call': [{ operation: 'invoke_agent', input: 1000, output: 100 }, null],
};

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
  await send(
    collector,
    ...Object.values(CALLS).map(([said], index) => call(traceOf('ca', index), 1, undefined, said)),
    ...SCENES.flatMap(({ spans }, index) => spans(traceOf('5c', index), `priced-${index}`)),
  );
  await collector.settled();
});
afterAll(() => collector.stop());

const traceOf = (kind: string, index: number): string => `${kind}${index.toString(16).padStart(30, '0')}`;

const names = Object.entries(CALLS).map(([what, [, cost]], index) => ({ what, cost, index }));

test.each(names)('$what: $cost', async ({ cost, index }) => {
  const spans = await collector.query(
    'SELECT toString(cost_usd) AS cost, cost_source, price_version, cost_counted FROM spans WHERE trace_id = {trace:String}',
    { trace: traceOf('ca', index) },
  );
  const computed = { cost, cost_source: 'collector', price_version: VERSION, cost_counted: true };
  const none = { cost: null, cost_source: '', price_version: '', cost_counted: false };
  expect(spans).toEqual([cost === null ? none : computed]);
});

interface Scene {
  readonly what: string;
  readonly spans: (trace: string, run: string) => readonly Span[];
  readonly run: Row;
  /** The step rows by their ids. */
  readonly steps?: Readonly<Record<string, Row>>;
}

/** One that costs 0.0035. */
const CALL: Call = { input: 1000, output: 100 };

const SCENES: readonly Scene[] = [
  {
    what: 'a stated cost wins, whoever states it',
    spans: (trace) => [
      call(trace, 1, undefined, { ...CALL, cost: 0.5, source: 'provider' }),
      call(trace, 2, undefined, { ...CALL, cost: 0.25 }),
    ],
    run: { total_cost_usd: 0.75 },
    steps: {
      '0000000000000001': { cost_usd: 0.5, cost_source: 'provider', price_version: '' },
      '0000000000000002': { cost_usd: 0.25, cost_source: 'sdk', price_version: '' },
    },
  },
  {
    what: 'of nested copies of a call without cost one is priced',
    spans: (trace) => [call(trace, 1, undefined, CALL), call(trace, 2, 1, CALL)],
    run: { total_cost_usd: 0.0035 },
  },
  {
    what: 'a copy that states the cost goes before one that does not, inside',
    spans: (trace) => [call(trace, 1, undefined, CALL), call(trace, 2, 1, { ...CALL, cost: 0.5 })],
    run: { total_cost_usd: 0.5 },
  },
  {
    what: 'and outside',
    spans: (trace) => [call(trace, 1, undefined, { ...CALL, cost: 0.5 }), call(trace, 2, 1, CALL)],
    run: { total_cost_usd: 0.5 },
  },
  {
    what: 'copies of one call are one though their models have other prices',
    spans: (trace) => [
      call(trace, 1, undefined, { ...CALL, responseId: 'r' }),
      call(trace, 2, 1, { ...CALL, model: 'o3', responseId: 'r' }),
    ],
    run: { total_cost_usd: 0.0035, input_tokens: '1000' },
  },
  {
    what: 'of copies the one whose model is known is priced',
    spans: (trace) => [call(trace, 1, undefined, { ...CALL, model: 'my-deployment' }), call(trace, 2, 1, CALL)],
    run: { total_cost_usd: 0.0035, input_tokens: '1000' },
  },
  {
    what: 'a governed step is priced by its calls',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }),
      call(trace, 2, 1, CALL),
      call(trace, 3, 1, { ...CALL, model: 'my-deployment' }),
    ],
    run: { total_cost_usd: 0.0035 },
    steps: { s: { cost_usd: 0.0035, cost_source: 'collector', price_version: VERSION } },
  },
  {
    what: 'a governed step that states its cost is not priced',
    spans: (trace, run) => [
      governed(
        { run, step: 's' },
        { trace, id: 1, attributes: { 'spanledger.cost.source': 'provider' } },
        { cost: 0.5 },
      ),
      call(trace, 2, 1, CALL),
    ],
    run: { total_cost_usd: 0.5, input_tokens: '1000' },
    steps: { s: { cost_usd: 0.5, cost_source: 'provider', price_version: '' } },
  },
  {
    what: 'nor are its other calls where one of them states a cost',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }, { cost: 0.5 }),
      call(trace, 2, 1, CALL),
      call(trace, 3, 1, { ...CALL, cost: 0.25 }),
    ],
    run: { total_cost_usd: 0.25 },
  },
  {
    what: 'a step inside it accounts for itself',
    spans: (trace, run) => [
      governed({ run, step: 'outer' }, { trace, id: 1 }, { cost: 0.5 }),
      governed({ run, step: 'inner' }, { trace, id: 2, parent: 1 }),
      call(trace, 3, 2, CALL),
    ],
    run: { total_cost_usd: 0.5035 },
    steps: { outer: { cost_usd: 0.5, cost_source: 'sdk' }, inner: { cost_usd: 0.0035, cost_source: 'collector' } },
  },
  {
    what: 'a step that states its cost as a total accounts for all below it',
    spans: (trace, run) => [
      governed({ run, step: 'outer' }, { trace, id: 1 }, { cost: 0.5, scope: 'total' }),
      governed({ run, step: 'inner' }, { trace, id: 2, parent: 1 }),
      call(trace, 3, 2, CALL),
    ],
    run: { total_cost_usd: 0.5 },
  },
  {
    what: 'a step that states its own cost alone leaves that of its calls to them',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }, { cost: 0.5, scope: 'own' }),
      call(trace, 2, 1, CALL),
    ],
    run: { total_cost_usd: 0.5035 },
    steps: { s: { cost_usd: 0.5035, cost_source: 'mixed', price_version: VERSION } },
  },
  {
    what: 'calls under an agent are priced, and know the agent',
    spans: (trace) => [
      call(trace, 1, undefined, { operation: 'invoke_agent', agent: 'planner' }),
      plain({ trace, id: 2, parent: 1 }),
      call(trace, 3, 2, CALL),
    ],
    run: { total_cost_usd: 0.0035, agent_names: ['planner'] },
    steps: { '0000000000000003': { cost_source: 'collector', agent_name: 'planner' } },
  },
  {
    what: 'an agent that states a cost accounts for calls that state none',
    spans: (trace) => [
      call(trace, 1, undefined, { operation: 'invoke_agent', cost: 0.5 }),
      plain({ trace, id: 2, parent: 1 }),
      call(trace, 3, 2, CALL),
    ],
    run: { total_cost_usd: 0.5, input_tokens: '1000' },
  },
  {
    what: 'a copy beside a call goes before it where it states the cost',
    spans: (trace) => [
      plain({ trace, id: 1 }),
      call(trace, 2, 1, { ...CALL, responseId: 'beside', during: true }),
      call(trace, 3, 1, { input: 1, cost: 0.5, responseId: 'beside', during: true }),
    ],
    run: { total_cost_usd: 0.5, input_tokens: '1000' },
  },
];

test.each(SCENES.map((one, index) => ({ ...one, index })))('$what', async ({ run, steps = {}, index }) => {
  const runs = [`priced-${index}`, traceOf('5c', index)];
  expect(await rowsOf(collector, 'runs', runs)).toMatchObject([run]);
  const found = await rowsOf(collector, 'steps', runs);
  for (const [id, expected] of Object.entries(steps)) {
    expect(found.filter((row) => row['step_id'] === id)).toMatchObject([expected]);
  }
});

test('models without a price are listed, each once, with what they came to', async () => {
  const listed = await collector.query<Row>(
    'SELECT provider, model, calls, input_tokens, output_tokens, priced_by FROM unpriced_models ORDER BY provider, model, input_tokens',
  );
  const unknown = { calls: '1', input_tokens: '1000', output_tokens: '100', priced_by: [] };
  expect(listed).toEqual([
    { ...unknown, provider: 'local', model: 'gpt-4o' },
    {
      provider: 'openai',
      model: 'gpt-4o',
      calls: '2',
      input_tokens: '1000',
      output_tokens: '1000',
      priced_by: [VERSION],
    },
    { ...unknown, provider: 'openai', model: 'my-deployment', calls: '2', input_tokens: '2000', output_tokens: '200' },
    { ...unknown, provider: 'openai', model: 'text-embedding-3-small', output_tokens: '1', priced_by: [VERSION] },
    { ...unknown, provider: 'openai', model: 'xyz-4o' },
  ]);
});
