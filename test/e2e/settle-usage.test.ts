import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Row, rowsOf, send } from '../faults/ledger-dump.ts';
import { governed, operation, plain, type SaidUsage, stamp } from '../faults/ledger-scenes.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';

interface Case {
  readonly what: string;
  /** The spans, under a trace and run of the case's own. */
  readonly spans: (trace: string, run: string) => readonly Span[];
  /** What the run must come to. */
  readonly run: Row;
  /** What its steps must come to, by step id. */
  readonly steps?: Readonly<Record<string, Row>>;
}

const chat = (trace: string, id: number, parent: number | undefined, used: SaidUsage): Span =>
  operation('chat', { trace, id, parent }, used);

/** A span from one to another number of milliseconds after the scenes' start. */
const atTime = (start: number, end: number, span: Span): Span => {
  const { startTimeUnixNano, endTimeUnixNano } = plain({ trace: '', id: 0, start, end });
  return { ...span, startTimeUnixNano, endTimeUnixNano };
};

const CASES: readonly Case[] = [
  {
    what: 'the totals on an agent are not added to its chats',
    spans: (trace) => [
      operation('invoke_agent', { trace, id: 1 }, { input: 22, output: 14, cost: 0.3 }),
      chat(trace, 2, 1, { input: 11, output: 7, cost: 0.1 }),
      chat(trace, 3, 1, { input: 11, output: 7, cost: 0.2 }),
    ],
    run: { input_tokens: '22', output_tokens: '14', total_cost_usd: 0.3 },
  },
  ...['create_agent', 'agent_step', 'invoke_workflow', 'plan', 'task', 'embed'].map((name) => ({
    what: `${name} counts what no call below it says`,
    spans: (trace: string) => [
      operation(name, { trace, id: 1 }, { input: 22, cost: 1 }),
      chat(trace, 2, 1, { input: 2 }),
    ],
    run: { input_tokens: '2', total_cost_usd: 1 },
  })),
  {
    what: 'fetch_response never counts',
    spans: (trace) => [operation('fetch_response', { trace, id: 1 }, { input: 22, cost: 1 })],
    run: { input_tokens: '0', total_cost_usd: 0 },
  },
  {
    what: 'of nested embeddings that both say their usage one counts',
    spans: (trace) => [
      operation('embeddings', { trace, id: 1 }, { input: 8 }),
      operation('embeddings', { trace, id: 2, parent: 1 }, { input: 8 }),
    ],
    run: { input_tokens: '8' },
  },
  {
    what: 'of nested embeddings the inner counts where only it says its usage',
    spans: (trace) => [
      operation('embeddings', { trace, id: 1 }),
      operation('embeddings', { trace, id: 2, parent: 1 }, { input: 8 }),
    ],
    run: { input_tokens: '8' },
  },
  {
    what: 'of two nested calls with one response id one counts, though their usage differs',
    spans: (trace) => [
      chat(trace, 1, undefined, { input: 15, output: 3, responseId: 'r' }),
      plain({ trace, id: 2, parent: 1 }),
      chat(trace, 3, 2, { input: 11, output: 3, responseId: 'r', cost: 0.5 }),
    ],
    run: { input_tokens: '15', output_tokens: '3', total_cost_usd: 0.5 },
  },
  {
    what: 'two nested calls with other response ids both count',
    spans: (trace) => [
      chat(trace, 1, undefined, { input: 5, responseId: 'r-1' }),
      chat(trace, 2, 1, { input: 5, responseId: 'r-2' }),
    ],
    run: { input_tokens: '10' },
  },
  {
    what: 'two nested calls with the same usage and no ids are one, though one of them knows the price',
    spans: (trace) => [
      chat(trace, 1, undefined, { input: 5, output: 1 }),
      chat(trace, 2, 1, { input: 5, output: 1, cost: 0.1 }),
    ],
    run: { input_tokens: '5', output_tokens: '1', total_cost_usd: 0.1 },
  },
  {
    what: 'two calls with the same usage are two where a tool lies between them',
    spans: (trace) => [
      chat(trace, 1, undefined, { input: 5 }),
      operation('execute_tool', { trace, id: 2, parent: 1 }),
      chat(trace, 3, 2, { input: 5 }),
    ],
    run: { input_tokens: '10' },
  },
  {
    what: 'two calls side by side with the same usage both count',
    spans: (trace) => [chat(trace, 1, undefined, { input: 5 }), chat(trace, 2, undefined, { input: 5 })],
    run: { input_tokens: '10' },
  },
  {
    what: 'of two calls beside one another with one response the one counts that says most kinds of tokens',
    spans: (trace) => [
      atTime(1, 9, chat(trace, 1, undefined, { input: 50, output: 3, responseId: 'r' })),
      atTime(2, 8, chat(trace, 2, undefined, { input: 20, output: 2, cacheRead: 4, responseId: 'r' })),
    ],
    run: { input_tokens: '20', output_tokens: '2' },
  },
  {
    what: 'where both say as many kinds the last to start counts',
    spans: (trace) => [
      atTime(2, 8, chat(trace, 1, undefined, { input: 20, output: 2, responseId: 'r' })),
      atTime(1, 9, chat(trace, 2, undefined, { input: 20, output: 3, responseId: 'r' })),
    ],
    run: { input_tokens: '20', output_tokens: '2' },
  },
  {
    what: 'calls one after the other both count, though a server gives all responses one id',
    spans: (trace) => [
      atTime(1, 2, chat(trace, 1, undefined, { input: 5, responseId: 'r' })),
      atTime(3, 4, chat(trace, 2, undefined, { input: 5, responseId: 'r' })),
    ],
    run: { input_tokens: '10' },
  },
  {
    what: 'calls of one response in two traces both count, since traces are settled one by one',
    spans: (trace) => [
      atTime(1, 9, chat(trace, 1, undefined, { input: 5, responseId: 'r' })),
      atTime(2, 8, chat(trace.replace('cc', 'cd'), 2, undefined, { input: 5, responseId: 'r' })),
    ],
    run: { input_tokens: '5' },
  },
  {
    what: 'a governed step without calls counts its own usage',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }, { input: 9, output: 1, cost: 0.2, carbon: 3 }),
    ],
    run: { input_tokens: '9', output_tokens: '1', total_cost_usd: 0.2, total_carbon_gco2: 3 },
    steps: { s: { tokens_used: '10', cost_usd: 0.2, call_count: 0 } },
  },
  {
    what: 'a governed step with calls counts the calls',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }, { input: 9, output: 1, cost: 0.2 }),
      chat(trace, 2, 1, { input: 4, output: 1, cost: 0.1 }),
      operation('execute_tool', { trace, id: 3, parent: 1 }),
      chat(trace, 4, 3, { input: 5, cost: 0.2 }),
    ],
    run: { input_tokens: '9', output_tokens: '1', total_cost_usd: 0.3, step_count: 1 },
    steps: { s: { input_tokens: '9', output_tokens: '1', cost_usd: 0.3, call_count: 3 } },
  },
  {
    what: 'a step that knows the price and a call that knows the tokens share',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }, { cost: 0.25, input: 1 }),
      chat(trace, 2, 1, { input: 7 }),
    ],
    run: { input_tokens: '7', total_cost_usd: 0.25 },
    steps: { s: { input_tokens: '7', cost_usd: 0.25 } },
  },
  {
    what: 'nested governed steps are accounted for by themselves',
    spans: (trace, run) => [
      governed({ run, step: 'outer' }, { trace, id: 1 }, { input: 100 }),
      governed({ run, step: 'inner' }, { trace, id: 2, parent: 1 }, { input: 60 }),
      chat(trace, 3, 2, { input: 50 }),
    ],
    run: { input_tokens: '150', step_count: 2 },
    steps: { outer: { input_tokens: '100' }, inner: { input_tokens: '50' } },
  },
  {
    what: 'an outer step that says total leaves the counting to what is below',
    spans: (trace, run) => [
      governed({ run, step: 'outer' }, { trace, id: 1 }, { input: 100, scope: 'total' }),
      governed({ run, step: 'inner' }, { trace, id: 2, parent: 1 }, { input: 60 }),
    ],
    run: { input_tokens: '60' },
    steps: { outer: { input_tokens: null }, inner: { input_tokens: '60' } },
  },
  {
    what: 'an agent that says own counts besides its chats, a chat that says total only without calls below',
    spans: (trace) => [
      operation('invoke_agent', { trace, id: 1 }, { input: 3, scope: 'own' }),
      chat(trace, 2, 1, { input: 10, scope: 'total' }),
      chat(trace, 3, 2, { input: 4 }),
      chat(trace, 4, 1, { input: 20, scope: 'total' }),
    ],
    run: { input_tokens: '27' },
  },
  {
    what: 'calls of a step in traces of their own belong to it and are not counted beside its total',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }, { input: 30, cost: 0.5 }),
      ...[1, 2].map((id) =>
        operation(
          'chat',
          { trace: trace.replace(/^../, `0${id}`), id, attributes: stamp({ run, step: 's' }) },
          { input: 10 + id },
        ),
      ),
    ],
    run: { input_tokens: '23', total_cost_usd: 0.5, step_count: 1, span_count: 3 },
    steps: { s: { input_tokens: '23', cost_usd: 0.5, call_count: 2, source: 'outcome' } },
  },
  {
    what: 'an emitter that leaves cached tokens out of its input has them added',
    spans: (trace) => [
      chat(trace, 1, undefined, { input: 4, output: 1, cacheRead: 100, cacheWrite: 20 }),
      chat(trace, 2, undefined, { input: 130, output: 1, cacheRead: 100, cacheWrite: 20 }),
    ],
    run: { input_tokens: '254', output_tokens: '2' },
    steps: {
      '0000000000000001': { input_tokens: '124', cache_read_tokens: '100', cache_write_tokens: '20' },
      '0000000000000002': { input_tokens: '130' },
    },
  },
  {
    what: 'what nobody said is null, not 0',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }),
      chat(trace, 2, 1, {}),
      chat(trace, 3, undefined, { output: 0 }),
    ],
    run: { input_tokens: '0', output_tokens: '0', total_cost_usd: 0, mean_confidence: null },
    steps: {
      s: { input_tokens: null, output_tokens: null, tokens_used: null, cost_usd: null, carbon_gco2: null },
      '0000000000000003': { input_tokens: null, output_tokens: '0', tokens_used: '0' },
    },
  },
  {
    what: 'decimals are exact to the ninth place',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1 }),
      chat(trace, 2, 1, { cost: 0.1 }),
      chat(trace, 3, 1, { cost: 0.2 }),
      chat(trace, 4, 1, { cost: '123456789.000000001' }),
    ],
    run: {},
    steps: { s: { exact_cost: '123456789.300000001' } },
  },
  {
    what: 'numbers that are none say nothing and stop nobody',
    spans: (trace, run) => [
      governed({ run, step: 's' }, { trace, id: 1, attributes: { 'spanledger.confidence': 'nan' } }),
      plain({
        trace,
        id: 2,
        parent: 1,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.usage.input_tokens': 'many',
          'gen_ai.usage.output_tokens': '18446744073709551615',
          'spanledger.cost.usd': '1e300',
          'spanledger.carbon.gco2e': 'inf',
        },
      }),
      chat(trace, 3, 1, { cost: '999999999.5', input: 2 }),
      chat(trace, 4, 1, { cost: '999999999.5' }),
    ],
    run: { input_tokens: '2', output_tokens: '0', total_carbon_gco2: 0, mean_confidence: null },
    steps: { s: { input_tokens: '2', exact_cost: '999999999.999999999', carbon_gco2: null, confidence: null } },
  },
];

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
  await send(collector, ...CASES.flatMap(({ spans }, index) => spans(traceOf(index), runOf(index))));
  await collector.settled();
});
afterAll(() => collector.stop());

const traceOf = (index: number): string => `cc${index.toString(16).padStart(30, '0')}`;

/** Governed steps name a run; without one the run is named by its trace. */
const runOf = (index: number): string => `usage-${index}`;

test.each(CASES.map((one, index) => ({ ...one, index })))('$what', async ({ run, steps = {}, index }) => {
  const runs = [runOf(index), traceOf(index)];
  expect(await rowsOf(collector, 'runs', runs)).toMatchObject([run]);
  const found = await collector.query<{ step_id: string }>(
    'SELECT *, toString(cost_usd) AS exact_cost FROM steps WHERE run_id IN {runs:Array(String)}',
    { runs },
  );
  for (const [stepId, expected] of Object.entries(steps)) {
    expect(found.filter((row) => row.step_id === stepId)).toMatchObject([expected]);
  }
});
