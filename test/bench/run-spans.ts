import { span } from '../otlp/bodies.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { double, keyValues, type Value } from '../otlp/values.ts';
import { callIdOf, runIdOf, SPANS_OF_RUN, spanIdOf, traceIdOf } from './span-ids.ts';

/** A run of 25 spans: a root, and eight governed steps with a model call and a tool call each. */
type Kind = 'root' | 'step' | 'chat' | 'tool';

const MILLISECOND = 1_000_000;
const CHECKS = ['identity', 'tenant', 'rate_limit', 'budget', 'policy', 'input_guardrail', 'risk', 'execution'];
const MODELS = ['gpt-5.2', 'gpt-5.2-mini', 'claude-opus-4-8', 'claude-haiku-4-8'];
const random = (below: number): number => Math.floor(Math.random() * below);
const usd = (below: number): Value => double(random(below * 1_000_000) / 1_000_000);

/** What stands where in a span, for who fills in other ids and times. */
export interface RunSpan {
  readonly span: Span;
  /** Number of the span less the number of its parent; undefined for a root. */
  readonly parentDistance: number | undefined;
  /** The same for the step that it names. */
  readonly stepDistance: number | undefined;
  readonly namesCall: boolean;
}

function kindOf(position: number): Kind {
  if (position === 0) return 'root';
  return (['step', 'chat', 'tool'] as const)[(position - 1) % 3] ?? 'tool';
}

function attributesOf(kind: Kind, number: number, step: number): Record<string, Value> {
  const stamped = {
    'spanledger.run.id': runIdOf(Math.floor(number / SPANS_OF_RUN)),
    ...(kind === 'root' ? {} : { 'spanledger.step.id': spanIdOf(step) }),
  };
  const node = `node-${random(200)}`;
  const agent = `agent-${random(50)}`;
  if (kind === 'root') {
    return {
      ...stamped,
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': `workflow-${random(20)}`,
      'gen_ai.agent.name': agent,
      'gen_ai.conversation.id': `conversation-${random(1_000_000)}`,
    };
  }
  if (kind === 'chat') {
    return {
      ...stamped,
      'gen_ai.response.id': callIdOf(number),
      'spanledger.node.id': node,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.agent.name': agent,
      'gen_ai.request.model': MODELS[random(4)] ?? '',
      'gen_ai.response.model': MODELS[random(4)] ?? '',
      'gen_ai.request.temperature': double(random(10) / 10),
      'gen_ai.request.max_tokens': 1024 * (1 + random(8)),
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': random(20_000),
      'gen_ai.usage.output_tokens': random(2_000),
      'gen_ai.usage.cache_read.input_tokens': 0,
      'server.address': 'api.openai.com',
      'server.port': 443,
    };
  }
  if (kind === 'tool') {
    return {
      ...stamped,
      'gen_ai.tool.call.id': callIdOf(number),
      'spanledger.node.id': node,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': `tool-${random(30)}`,
      'gen_ai.tool.type': 'function',
      'gen_ai.agent.name': agent,
    };
  }
  return {
    ...stamped,
    'spanledger.node.id': node,
    'spanledger.node.kind': 'agent',
    'spanledger.step.index': random(8),
    'spanledger.verdict': 'commit',
    'spanledger.status': 'completed',
    'spanledger.checks.name': CHECKS,
    'spanledger.checks.outcome': CHECKS.map(() => 'pass'),
    'spanledger.policy.id': `policy-${random(10)}`,
    'spanledger.policy.version': '3',
    'spanledger.identity.subject': `service-${random(20)}`,
    'spanledger.identity.method': 'jwt',
    'spanledger.budget.limit_usd': usd(10),
    'spanledger.budget.spent_usd': usd(5),
    'spanledger.budget.remaining_usd': usd(5),
    'spanledger.risk.tier': 1 + random(4),
    'spanledger.compliance.profile': 'eu-ai-act',
    'spanledger.confidence': double(random(1000) / 1000),
    'spanledger.cost.usd': usd(1),
    'spanledger.carbon.gco2e': double(random(10_000) / 1000),
    'spanledger.sla.target_ms': 2000,
    'spanledger.sla.met': true,
    'gen_ai.agent.name': agent,
    'spanledger.edge.from': [`node-${random(200)}`],
  };
}

/** Adds attributes of the app's own until there are 25. */
function filled(attributes: Record<string, Value>): Record<string, Value> {
  const more: Record<string, Value> = {};
  for (let at = Object.keys(attributes).length; at < 25; at++) {
    const value = [`value ${random(100_000)}`, random(1_000_000), double(random(1_000_000) / 997), at % 8 === 3][
      at % 4
    ];
    more[`app.attribute_${at}`] = value ?? '';
  }
  return { ...attributes, ...more };
}

/**
 * The span of that number: 25 attributes and 3 events with 2 attributes each; values are random, ids follow from the number.
 * @param time nanoseconds at which its run begins
 */
export function runSpan(number: number, time: bigint): RunSpan {
  const position = number % SPANS_OF_RUN;
  const kind = kindOf(position);
  const stepDistance = { root: undefined, step: 0, chat: 1, tool: 2 }[kind];
  const parentDistance = { root: undefined, step: position, chat: 1, tool: 2 }[kind];
  const start = time + BigInt(position * 100 * MILLISECOND + random(100 * MILLISECOND));
  const end = start + BigInt(kind === 'root' ? 3000 * MILLISECOND : 1 + random(500 * MILLISECOND));
  const made = span({
    traceId: traceIdOf(Math.floor(number / SPANS_OF_RUN)),
    spanId: spanIdOf(number),
    parentSpanId: parentDistance === undefined ? '' : spanIdOf(number - parentDistance),
    name: { root: 'invoke_workflow', step: 'step', chat: 'chat gpt-5.2', tool: 'execute_tool' }[kind],
    kind: kind === 'chat' ? 3 : 1,
    startTimeUnixNano: start,
    endTimeUnixNano: end,
    attributes: filled(attributesOf(kind, number, number - (stepDistance ?? 0))),
    events: [1, 2, 3].map((place) => ({
      timeUnixNano: start + BigInt(place * MILLISECOND + random(MILLISECOND)),
      name: `app.event_${place}`,
      attributes: keyValues({ 'app.attempt': place, 'app.message': `message ${random(10_000)}` }),
    })),
  });
  return { span: made, parentDistance, stepDistance, namesCall: kind === 'chat' || kind === 'tool' };
}
