import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AlwaysOffSampler, BatchSpanProcessor, type Sampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { type NodeOutput, type RuntimeOutcome, type StepNode, StepRuntime } from '@spanledger/sdk';
import { governedSampler, scopeSpanProcessor } from '@spanledger/sdk/propagation';
import { CHECKS } from '@spanledger/semconv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';

let collector: Collector;
const outcomes = new Map<string, RuntimeOutcome>();

const policy = {
  id: 'support-desk',
  version: '4',
  rules: [
    {
      name: 'no-publish',
      action: 'deny' as const,
      conditions: [{ field: 'node.id', operator: 'eq' as const, value: 'publisher' }],
    },
    {
      name: 'ask-first',
      action: 'escalate' as const,
      conditions: [{ field: 'node.id', operator: 'eq' as const, value: 'refund' }],
    },
  ],
};

function nodes(tracer: ReturnType<TracerProvider['getTracer']>): readonly (StepNode & { from?: readonly string[] })[] {
  let failures = 1;
  return [
    {
      id: 'planner',
      kind: 'agent',
      slaTargetMs: 60_000,
      estimate: { costUsd: 0.02 },
      run: (): NodeOutput => ({
        content: 'a plan',
        model: 'gpt-4o-mini',
        provider: 'openai',
        inputTokens: 100,
        outputTokens: 20,
        costUsd: 0.015,
        confidence: 0.9,
      }),
    },
    {
      id: 'writer',
      from: ['planner'],
      estimate: { costUsd: 0 },
      run: () => {
        tracer.startSpan('work of another library').end();
        if (failures-- > 0) throw new TypeError('model is overloaded');
        return 'a text';
      },
    },
    { id: 'publisher', from: ['writer'], estimate: { costUsd: 0 }, run: () => 'never' },
    { id: 'refund', from: ['writer'], estimate: { costUsd: 0 }, run: () => 'refunded' },
  ];
}

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  collector = await startCollector({ tenant: 'acme' });
  const spans = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }) });
  const logRecords = new BatchLogRecordProcessor({
    exporter: new OTLPLogExporter({ url: `${collector.url}/v1/logs` }),
  });
  const tracerProvider = new TracerProvider({
    // The app samples nothing; governed steps are recorded all the same.
    sampler: governedSampler(new AlwaysOffSampler()) as Sampler,
    spanProcessors: [scopeSpanProcessor(), spans],
  });
  const loggerProvider = new LoggerProvider({ processors: [logRecords] });
  const runtime = new StepRuntime({
    policy,
    tenant: 'acme',
    digestKey: 'a key of the tenant',
    budget: { limits: [{ per: 'run', usd: 1 }] },
    taint: {},
    execution: { retry: { attempts: 2, delayMs: 1 } },
    tracerProvider,
    loggerProvider,
  });
  await runtime.withRun({ workflow: 'support', runId: 'run-sdk', conversationId: 'talk-1' }, async () => {
    for (const node of nodes(tracerProvider.getTracer('other'))) {
      const from = node.from === undefined ? {} : { from: node.from };
      outcomes.set(node.id, await runtime.run({ task: `task of ${node.id}`, node, ...from }));
    }
    const ticket = outcomes.get('refund')?.humanContext?.ticket ?? '';
    outcomes.set('resumed', await runtime.resume(ticket, { approved: true, by: 'ada', reason: 'a loyal customer' }));
  });
  await Promise.all([tracerProvider.shutdown(), loggerProvider.shutdown()]);
  await collector.settled();
});
afterAll(async () => {
  trace.disable();
  await collector.stop();
});

test('every attempt is a step of the audit trail, with its verdict and status', async () => {
  const rows = await collector.query(
    `SELECT node_id, attempt, verdict, status, blocked, block_check, block_rule, toString(cost_usd) AS cost, tokens_used,
        policy_id, policy_version
    FROM audit_trail WHERE run_id = 'run-sdk' AND governed ORDER BY start_time, cursor`,
  );
  const of = (node_id: string, attempt: number, verdict: string, status: string, more: object = {}) => ({
    node_id,
    attempt,
    verdict,
    status,
    blocked: status === 'blocked',
    block_check: '',
    block_rule: '',
    cost: null,
    tokens_used: null,
    policy_id: 'support-desk',
    policy_version: '4',
    ...more,
  });
  expect(rows).toEqual([
    of('planner', 1, 'commit', 'completed', { cost: '0.015', tokens_used: '120' }),
    of('writer', 1, 'commit', 'failed'),
    of('writer', 2, 'commit', 'completed'),
    of('publisher', 1, 'reject', 'blocked', { block_check: 'policy', block_rule: 'no-publish' }),
    of('refund', 1, 'escalate', 'paused', { block_check: 'policy', block_rule: 'ask-first' }),
    of('refund', 2, 'commit', 'completed'),
  ]);
});

test('the governed fields stand in their columns', async () => {
  const [row] = await collector.query<Record<string, unknown>>(
    `SELECT step_id, tenant, workflow_name, conversation_id, agent_name, node_kind, arrayMap(c -> c.name, checks) AS checks_name, arrayMap(c -> c.outcome, checks) AS checks_outcome, risk_tier, model, provider,
        input_tokens, output_tokens, confidence, sla_target_ms, sla_met, input_digest, output_digest, chain_producer,
        toString(budget_limit_usd) AS budget_limit, toString(budget_spent_usd) AS budget_spent, toString(budget_remaining_usd) AS budget_left
    FROM steps WHERE run_id = 'run-sdk' AND node_id = 'planner'`,
  );
  const record = outcomes.get('planner')?.record;
  expect(row).toMatchObject({
    step_id: record?.stepId,
    tenant: 'acme',
    workflow_name: 'support',
    conversation_id: 'talk-1',
    agent_name: 'planner',
    node_kind: 'agent',
    checks_name: [...CHECKS],
    checks_outcome: record?.checks.map((check) => check.outcome),
    model: 'gpt-4o-mini',
    provider: 'openai',
    input_tokens: '100',
    output_tokens: '20',
    confidence: 0.9,
    sla_target_ms: 60_000,
    sla_met: true,
    input_digest: record?.inputDigest,
    output_digest: record?.outputDigest,
    chain_producer: record?.chainProducer,
    budget_limit: '1',
    budget_spent: '0.015',
    budget_left: '0.985',
  });
});

test('a denial is a violation; what a node throws is none', async () => {
  const rows = await collector.query(
    `SELECT node_id, check_name, rule_name, reason, blocked FROM policy_violations WHERE run_id = 'run-sdk'`,
  );
  expect(rows).toEqual([
    { node_id: 'publisher', check_name: 'policy', rule_name: 'no-publish', reason: 'denied_by_rule', blocked: true },
  ]);
  const errors = await collector.query(
    `SELECT attempt, error_type, error_message FROM steps WHERE run_id = 'run-sdk' AND node_id = 'writer' ORDER BY attempt`,
  );
  expect(errors).toEqual([
    { attempt: 1, error_type: 'TypeError', error_message: 'model is overloaded' },
    { attempt: 2, error_type: '', error_message: '' },
  ]);
});

test('events tell what a reader must not miss, in order', async () => {
  const rows = await collector.query<{ name: string; node_id: string }>(
    `SELECT name, node_id FROM events WHERE run_id = 'run-sdk' AND source = 'log'
    ORDER BY toUInt64(attributes['spanledger.chain.seq'])`,
  );
  const told = rows.map(({ name, node_id }) => `${name.replace('spanledger.', '')} ${node_id}`.trim());
  expect(told).toEqual([
    'run.started',
    'step.decided planner',
    'step.decided writer',
    'step.decided writer',
    'step.decided publisher',
    'step.denied publisher',
    'step.decided refund',
    'step.escalated refund',
    'run.paused',
    'run.resumed',
    'step.overridden refund',
    'step.decided refund',
    'run.ended',
  ]);
});

test('the chain has no gap, and nothing of the content has left', async () => {
  const [chain] = await collector.query<{ numbers: string[]; producers: string[] }>(
    `SELECT arraySort(groupArray(seq)) AS numbers, groupUniqArray(producer) AS producers FROM
    (
        SELECT toUInt64(attributes['spanledger.chain.seq']) AS seq, attributes['spanledger.chain.producer'] AS producer
        FROM events WHERE run_id = 'run-sdk' AND source = 'log'
        UNION ALL
        SELECT chain_seq, chain_producer FROM steps WHERE run_id = 'run-sdk' AND governed
    )`,
  );
  expect(chain?.numbers).toEqual(Array.from({ length: 19 }, (_, at) => String(at + 1)));
  expect(chain?.producers).toEqual([outcomes.get('planner')?.record.chainProducer]);
  const [content] = await collector.query<{ count: string }>(
    `SELECT count() AS count FROM content WHERE text LIKE '%task of%'`,
  );
  expect(content?.count).toBe('0');
});

test('edges, run and the spans of others are found with the steps', async () => {
  const edges = await collector.query(
    `SELECT from_node, to_node FROM run_edges WHERE run_id = 'run-sdk' AND type = 'transition' ORDER BY from_node, to_node`,
  );
  expect(edges).toEqual([
    { from_node: 'planner', to_node: 'writer' },
    { from_node: 'writer', to_node: 'publisher' },
    { from_node: 'writer', to_node: 'refund' },
  ]);
  const [run] = await collector.query(`SELECT status, workflow_name FROM runs WHERE run_id = 'run-sdk'`);
  expect(run).toEqual({ status: 'completed', workflow_name: 'support' });
  // The app's sampler drops spans of others; those that were made within a step are recorded, and not sent.
  const others = await collector.query(`SELECT name FROM spans WHERE name = 'work of another library'`);
  expect(others).toEqual([]);
});

test('a step whose process went away stands as running, and as lost once its run is over', async () => {
  const logRecords = new BatchLogRecordProcessor({
    exporter: new OTLPLogExporter({ url: `${collector.url}/v1/logs` }),
  });
  const loggerProvider = new LoggerProvider({ processors: [logRecords] });
  const runtime = new StepRuntime({ policy, tenant: 'acme', tracerProvider: new TracerProvider(), loggerProvider });
  const statusOf = async (): Promise<unknown> => {
    await loggerProvider.forceFlush();
    await collector.settled();
    return collector.query(
      `SELECT node_id, verdict, status, risk_tier FROM audit_trail LEFT JOIN steps USING (tenant, run_id, step_id, attempt) WHERE run_id = 'run-gone'`,
    );
  };
  const decided = { node_id: 'endless', verdict: 'commit', risk_tier: 4 };
  // The node never answers, so that the outcome never comes: as when the process ends meanwhile.
  void runtime.run({
    task: 'x',
    runId: 'run-gone',
    node: { id: 'endless', riskTier: 4, run: () => new Promise(() => {}) },
  });
  expect(await statusOf()).toEqual([{ ...decided, status: 'running' }]);
  await runtime.withRun({ workflow: 'support', runId: 'run-gone' }, () => {});
  expect(await statusOf()).toEqual([{ ...decided, status: 'lost' }]);
  await loggerProvider.shutdown();
});
