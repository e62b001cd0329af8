import { CHECKS } from '@spanledger/semconv';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Delivery, LocalLlm, SupportCrewResult } from '../../examples/multi-agent/src/index.ts';
import { runSupportCrew, startLocalLlm, startTelemetry } from '../../examples/multi-agent/src/index.ts';
import type { Received, Sink } from './multi-agent-sink.ts';
import { startSink } from './multi-agent-sink.ts';

let sink: Sink;
let llm: LocalLlm;
let result: SupportCrewResult;
let delivery: Delivery;

beforeAll(async () => {
  // The sink reads JSON.
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  sink = await startSink();
  llm = await startLocalLlm();
  const telemetry = startTelemetry(sink.url);
  result = await runSupportCrew({ openAiBaseUrl: llm.url, runId: 'run-under-test' });
  delivery = await telemetry.stop();
});

afterAll(async () => {
  await llm.close();
  await sink.close();
});

const steps = (): Received[] => sink.spans.filter((span) => 'spanledger.verdict' in span.attributes);
/** The first attempt is left out. */
const attemptOf = ({ attributes }: Received): number => Number(attributes['spanledger.step.attempt'] ?? 1);
const step = (node: string, attempt = 1): Received => {
  const found = steps().find((span) => span.attributes['spanledger.node.id'] === node && attemptOf(span) === attempt);
  if (found === undefined) throw new Error(`no step ${node} attempt ${attempt}`);
  return found;
};
const parentOf = (span: Received): Received | undefined => sink.spans.find((it) => it.spanId === span.parentSpanId);
const calls = (): Received[] =>
  sink.spans.filter((span) => ['chat', 'embeddings'].includes(String(span.attributes['gen_ai.operation.name'])));
const sum = (spans: Received[], key: string): number =>
  spans.reduce((total, span) => total + Number(span.attributes[key] ?? 0), 0);
const events = (name: string): Received[] => sink.logs.filter((log) => log.name === name);

test('every governed step arrives with its verdict, status and attempt', () => {
  const seen = steps()
    .sort((a, b) => Number(a.attributes['spanledger.step.index']) - Number(b.attributes['spanledger.step.index']))
    .map((span) => {
      const said = ['node.id', 'verdict', 'status'].map((key) => span.attributes[`spanledger.${key}`]);
      return [...said, attemptOf(span)].join(' ');
    });
  expect(seen).toEqual([
    'planner commit completed 1',
    'researcher commit completed 1',
    'handbook commit completed 1',
    'analyst commit completed 1',
    'lookup_order commit completed 1',
    'writer commit failed 1',
    'writer commit completed 2',
    'notify_crm commit failed 1',
    'publisher reject blocked 1',
    'reviewer commit completed 1',
  ]);
});

test('the collector is told everything: nothing is lost on the way', () => {
  expect(delivery).toEqual({ spans: sink.spans.length, logRecords: sink.logs.length, problems: [] });
  expect([...sink.services]).toEqual(['support-crew']);
  expect(new Set(sink.spans.map((span) => span.traceId))).toEqual(new Set([result.traceId]));
  for (const record of [...sink.spans, ...sink.logs]) expect(record.attributes['spanledger.run.id']).toBe(result.runId);
});

test('the records of the run are numbered without a gap', () => {
  const numbers = [...sink.spans, ...sink.logs].map((record) => record.attributes['spanledger.chain.seq']);
  const sorted = numbers.filter((number) => number !== undefined).sort((a, b) => Number(a) - Number(b));
  // Ten outcomes, ten decisions, one denial, start and end of the run.
  expect(sorted).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
});

test('the model calls carry the tokens that the LLM billed', () => {
  expect(
    calls()
      .map((call) => call.name)
      .sort(),
  ).toEqual([...new Array(7).fill('chat gpt-4o-mini'), 'embeddings text-embedding-3-small']);
  expect(
    calls()
      .map((call) => parentOf(call)?.attributes['spanledger.node.id'])
      .sort(),
  ).toEqual(['analyst', 'handbook', 'planner', 'researcher', 'researcher', 'reviewer', 'writer', 'writer']);
  expect({
    input: sum(calls(), 'gen_ai.usage.input_tokens'),
    output: sum(calls(), 'gen_ai.usage.output_tokens'),
    cached: sum(calls(), 'gen_ai.usage.cache_read.input_tokens'),
    reasoning: sum(calls(), 'gen_ai.usage.reasoning.output_tokens'),
  }).toEqual(llm.billed());
  expect(llm.billed().output).toBeGreaterThan(0);
});

test('the steps say the tokens of their calls, and cost what those cost at the list price', () => {
  const billed = llm.billed();
  expect(sum(steps(), 'gen_ai.usage.input_tokens')).toBe(billed.input);
  expect(sum(steps(), 'gen_ai.usage.output_tokens')).toBe(billed.output);
  const expected = ((billed.input - billed.cached) * 250 + billed.cached * 25 + billed.output * 2000) / 1e9;
  expect(sum(steps(), 'spanledger.cost.usd')).toBeCloseTo(expected, 9);
  expect(step('reviewer').attributes['spanledger.budget.spent_usd']).toBe(expected);
  expect(step('planner').attributes).toMatchObject({
    'spanledger.cost.source': 'sdk',
    'spanledger.carbon.method': 'per-token-example/1',
  });
});

test('the retry is the same step, and its first attempt has the error of the LLM', () => {
  const [first, second] = [step('writer', 1), step('writer', 2)];
  expect(second.attributes['spanledger.step.id']).toBe(first.attributes['spanledger.step.id']);
  expect(first.attributes['error.type']).toBe('RateLimitError');
  expect(first.status?.code).toBe(2);
  expect(
    llm
      .requests()
      .map((request) => request.status)
      .filter((status) => status !== 200),
  ).toEqual([429]);
});

test('the blocked step says which rule, and did not run', () => {
  const { attributes } = step('publisher');
  expect(attributes['spanledger.block.check']).toBe('policy');
  expect(attributes['spanledger.block.rule']).toBe('no-external-publish');
  expect(attributes['spanledger.block.reason']).toBe('denied_by_rule');
  expect(attributes['spanledger.checks.name']).toEqual([...CHECKS]);
  const outcomes = attributes['spanledger.checks.outcome'] as string[];
  expect(outcomes.slice(0, 6)).toEqual(['skip', 'pass', 'skip', 'pass', 'deny', 'skip']);
  expect(outcomes.filter((outcome) => outcome === 'deny')).toHaveLength(1);
  expect(outcomes[CHECKS.indexOf('execution')]).toBe('skip');
  expect(attributes['spanledger.output']).toBeUndefined();
});

test('the step that fails for good carries its exception', () => {
  const failed = step('notify_crm');
  expect(failed.attributes['error.type']).toBe('CrmUnavailableError');
  expect(failed.status?.code).toBe(2);
  expect(failed.events?.map((event) => event.name)).toEqual(['exception']);
});

test('the tool runs below the agent that called it', () => {
  const tool = sink.spans.find((span) => span.name === 'execute_tool lookup_order');
  expect(tool?.attributes['gen_ai.tool.call.arguments']).toBe('{"order_id":"A-1042"}');
  const path = [tool && parentOf(tool), parentOf(step('lookup_order')), parentOf(step('researcher'))];
  expect(path.map((span) => span?.name)).toEqual([
    'execute_step lookup_order',
    'execute_step researcher',
    'invoke_workflow support-crew',
  ]);
});

test('events tell the run and each decision, and name the step that they belong to', () => {
  expect(events('spanledger.run.started')).toHaveLength(1);
  expect(events('spanledger.run.ended').map((event) => event.attributes['spanledger.run.status'])).toEqual([
    'completed',
  ]);
  const keyOf = ({ attributes }: Received): string =>
    `${attributes['spanledger.step.id']} ${attributes['spanledger.step.attempt'] ?? 1} ${attributes['spanledger.verdict']}`;
  expect(events('spanledger.step.decided').map(keyOf).sort()).toEqual(steps().map(keyOf).sort());
  for (const { attributes } of events('spanledger.step.decided')) {
    expect(attributes['spanledger.checks.name']).toEqual(CHECKS.slice(0, 11));
  }
  const denied = events('spanledger.step.denied').map((event) => event.attributes);
  expect(denied.map((attributes) => attributes['spanledger.block.rule'])).toEqual(['no-external-publish']);
});

test('message content is captured', () => {
  const messages = sink.logs.filter((log) => log.attributes['event.name'] === 'gen_ai.choice');
  expect(JSON.stringify(messages.map((message) => message.body))).toContain('We have refunded 49.90 EUR');
});

test('telemetry started again in the same process records the same content', async () => {
  const second = await startSink();
  const telemetry = startTelemetry(second.url);
  const again = await runSupportCrew({ openAiBaseUrl: llm.url });
  await telemetry.stop();
  await second.close();
  expect(again.reply).toBe(result.reply);
  const namesOf = (spans: Received[]): string[] => spans.map((span) => span.name).sort();
  expect(namesOf(second.spans)).toEqual(namesOf(sink.spans));
});
