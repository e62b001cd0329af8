import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocked, committed, type ServeFixture, startServe, traceOf } from './serve-fixture.ts';
import { differences } from './serve-schema.ts';

let serve: ServeFixture;
const inputDigest = 'ab'.repeat(32);
const span = (number: number): string => number.toString(16).padStart(16, '0');

beforeAll(async () => {
  serve = await startServe();
  const runId = 'run-1';
  await serve.ingest(
    { runId, signal: 'log', name: 'spanledger.run.started', start: 0 },
    { runId, start: 30, end: 40, found: blocked('publish', 'publisher') },
    {
      runId,
      start: 10,
      end: 30,
      found: committed('draft', 'writer', { input: inputDigest, confidence: '0.9' }),
      content: [{ digest: inputDigest, text: "write it's \\ poem" }],
    },
    { runId, start: 5, end: 10, found: committed('draft', 'writer', { step_attempt: '2', status: 'failed' }) },
    {
      runId,
      start: 12,
      end: 14,
      found: { operation: 'chat', request_model: 'm', input_tokens: '12', output_tokens: '3', cost_usd: '0.000000001' },
    },
    {
      runId,
      signal: 'log',
      name: 'spanledger.step.decided',
      start: 50,
      found: { step_id: 'open', node_id: 'publisher' },
    },
    { runId, signal: 'log', name: 'spanledger.run.ended', start: 60, found: { run_status: 'completed' } },
  );
  await serve.settle(runId, {
    end_time: '2026-06-21 00:00:00.060',
    ended_by: 'event',
    ended_status: 'completed',
    open_steps: 1,
    step_count: 5,
    node_count: 3,
    blocked_steps: 1,
    input_tokens: 12,
    output_tokens: 3,
    total_cost_usd: '0.015',
  });
  await serve.ingest({ runId: 'run-2', found: committed('draft', 'writer') });
  await serve.settle('run-2');
});
afterAll(() => serve.stop());

test('steps come in order of start, with what the checks said', async () => {
  const { body } = await serve.get('/v1/runs/run-1/steps');
  const order = body.steps.map((step: Record<string, unknown>) => [step['node_id'], step['attempt'], step['status']]);
  expect(order).toEqual([
    ['writer', 2, 'failed'],
    ['writer', 1, 'completed'],
    ['chat m', 1, 'completed'],
    ['publisher', 1, 'blocked'],
    ['publisher', 1, 'lost'],
  ]);
  expect(body.steps[3].checks).toEqual([
    { name: 'identity', outcome: 'pass', reason: '', duration_us: 1.5 },
    { name: 'policy', outcome: 'deny', reason: 'policy:denied', duration_us: 2 },
  ]);
  expect(body.steps[2]).toMatchObject({ verdict: null, governed: false, tokens_used: 15, cost_usd: 1e-9 });
  expect(body.steps[1]).toMatchObject({
    verdict: 'commit',
    tokens_used: null,
    timestamp: '2026-06-21T00:00:00.030000000Z',
  });
});

test('steps are paged, each once', async () => {
  const seen: string[] = [];
  let token: string | null = '';
  while (token !== null) {
    const { body } = await serve.get(`/v1/runs/run-1/steps?limit=2${token === '' ? '' : `&page_token=${token}`}`);
    expect(body.steps.length).toBeLessThanOrEqual(2);
    seen.push(...body.steps.map((step: { cursor: string }) => step.cursor));
    token = body.next_page_token;
  }
  expect(seen).toEqual(['4', '3', '5', '2', '6']);
});

function projections(runId: string) {
  return Promise.all(
    ['report', 'audit-trail', 'node-latency', 'policy-violations', 'summary'].map(
      async (name) => (await serve.get(`/v1/runs/${runId}/${name}`)).body,
    ),
  );
}

test('the report of a run of more steps than it lists is read part by part, to the same answers', async () => {
  const runId = 'run-large';
  await serve.ingest(
    { runId, start: 30, end: 40, found: blocked('send', 'publisher') },
    { runId, start: 10, end: 30, found: committed('note', 'writer', { confidence: '0.9' }) },
  );
  await serve.settle(runId, { step_count: 10_001 });
  const [report, trail, latency, violations, summary] = await projections(runId);
  expect(report).toEqual({
    run_id: runId,
    audit_trail: { entries: trail.entries, truncated: false },
    node_latency: { nodes: latency.nodes },
    policy_violations: { ...violations, run_id: undefined },
    workflow_summary: summary,
  });
  expect(trail.entries).toHaveLength(2);
  expect(latency.nodes).toHaveLength(1);
  expect(violations.count).toBe(1);
});

test('the report holds what the four projections give', async () => {
  const [report, trail, latency, violations, summary] = await projections('run-1');
  expect(Object.keys(report)).toEqual([
    'run_id',
    'audit_trail',
    'node_latency',
    'policy_violations',
    'workflow_summary',
  ]);
  expect(report.audit_trail).toEqual({ entries: trail.entries, truncated: false });
  expect(report.node_latency).toEqual({ nodes: latency.nodes });
  expect(report.policy_violations).toEqual({ ...violations, run_id: undefined });
  expect(report.workflow_summary).toEqual(summary);
  expect(trail.entries[3]).toMatchObject({
    node_id: 'publisher',
    verdict: 'reject',
    timestamp: '2026-06-21T00:00:00.040000000Z',
    blocked: true,
    block_reason: 'may not publish',
    cost_usd: null,
    tokens_used: null,
  });
  expect(latency.nodes.map((node: { node_id: string; count: number }) => [node.node_id, node.count])).toEqual([
    ['chat m', 1],
    ['writer', 2],
  ]);
  expect(latency.nodes[1]).toMatchObject({ p50_ms: 12.5, p95_ms: 19.25, p99_ms: 19.85, error_count: 1 });
  expect(violations).toMatchObject({ count: 1, blocked_count: 1, truncated: false });
  expect(violations.violations[0]).toMatchObject({
    node_id: 'publisher',
    rule_name: 'no-publish',
    reason: 'may not publish',
    timestamp: '2026-06-21T00:00:00.040000000Z',
  });
  expect(summary).toMatchObject({
    step_count: 5,
    node_count: 3,
    total_cost_usd: 0.015,
    total_tokens: 15,
    total_carbon_gco2: 0,
    mean_confidence: null,
    blocked_steps: 1,
    duration_ms: 60,
    status: 'completed',
  });
});

test('events and steps make one timeline, in pages', async () => {
  const first = (await serve.get('/v1/runs/run-1/events?limit=3')).body;
  const second = (await serve.get(`/v1/runs/run-1/events?limit=100&page_token=${first.next_page_token}`)).body;
  const entries = [...first.entries, ...second.entries].map((entry) => [entry.name, entry.elapsed_ms]);
  expect(entries).toEqual([
    ['spanledger.run.started', 0],
    ['spanledger.step.failed', 10],
    ['spanledger.step.completed', 14],
    ['spanledger.step.completed', 30],
    ['spanledger.step.blocked', 40],
    ['spanledger.step.decided', 50],
    ['spanledger.run.ended', 60],
  ]);
  expect(second.next_page_token).toBeNull();
});

test('a step shows its attempts, of one run or of all', async () => {
  const all = (await serve.get('/v1/steps/draft')).body;
  expect(all.attempts.map((step: Record<string, unknown>) => [step['run_id'], step['attempt']])).toEqual([
    ['run-1', 1],
    ['run-1', 2],
    ['run-2', 1],
  ]);
  const one = (await serve.get('/v1/steps/draft?run_id=run-1&attempt=2')).body;
  expect(one.attempts).toHaveLength(1);
  expect(one.attempts[0]).toMatchObject({ status: 'failed', attempt: 2 });
  expect(one.attempts[0].content).toBeUndefined();
});

test('content is given only when asked for', async () => {
  const { body } = await serve.get('/v1/steps/draft?run_id=run-1&include=content');
  expect(body.attempts[0].content).toEqual({
    input: { kind: 's', text: "write it's \\ poem" },
    output: null,
    state: null,
  });
  expect(body.attempts[1].content).toEqual({ input: null, output: null, state: null });
});

test('spans are a tree; orphans and circles stand at its top', async () => {
  const runId = 'tree';
  const nested = { runId, traceId: traceOf(runId) };
  await serve.ingest(
    { ...nested, spanId: span(0xa1), name: 'root', start: 0, end: 9 },
    { ...nested, spanId: span(0xa3), parentSpanId: span(0xa1), name: 'second child', start: 3 },
    { ...nested, spanId: span(0xa2), parentSpanId: span(0xa1), name: 'first child', start: 2 },
    { ...nested, spanId: span(0xa4), parentSpanId: span(0xa2), name: 'grandchild', start: 4 },
    { ...nested, spanId: span(0xa5), parentSpanId: span(0xff), name: 'orphan', start: 5 },
    { ...nested, spanId: span(0xa6), parentSpanId: span(0xa7), name: 'circle', start: 6 },
    { ...nested, spanId: span(0xa7), parentSpanId: span(0xa6), name: 'circle back', start: 7 },
    { ...nested, spanId: span(0xa8), parentSpanId: span(0xa8), name: 'its own parent', start: 8 },
  );
  await serve.settle(runId);
  interface Node {
    name: string;
    parent_missing: boolean;
    cut: string | null;
    children: Node[];
  }
  const shape = (node: Node): unknown => [node.name, node.parent_missing, node.cut, node.children.map(shape)];
  const { body } = await serve.get('/v1/runs/tree/spans');
  expect(body.truncated).toBe(false);
  expect(body.spans.map(shape)).toEqual([
    [
      'root',
      false,
      null,
      [
        ['first child', false, null, [['grandchild', false, null, []]]],
        ['second child', false, null, []],
      ],
    ],
    ['orphan', true, null, []],
    ['circle', false, 'cycle', [['circle back', false, null, []]]],
    ['its own parent', false, 'cycle', []],
  ]);
  const cut = (await serve.get('/v1/runs/tree/spans?limit=2')).body;
  expect(cut.truncated).toBe(true);
  expect(cut.spans.map(shape)).toEqual([['root', false, null, [['first child', false, null, []]]]]);
});

test.each([
  ['/v1/runs', '/v1/runs'],
  ['/v1/runs/{run_id}', '/v1/runs/run-1'],
  ...['steps', 'spans', 'audit-trail', 'node-latency', 'policy-violations', 'summary', 'report', 'events'].map(
    (name) => [`/v1/runs/{run_id}/${name}`, `/v1/runs/run-1/${name}`],
  ),
  ['/v1/steps/{step_id}', '/v1/steps/draft?include=content'],
  ['/v1/status', '/v1/status'],
])('%s answers as documented', async (path = '', url = '') => {
  const document = (await serve.get('/openapi.json')).body;
  const { schema } = document.paths[path].get.responses['200'].content['application/json'];
  const { body } = await serve.get(url);
  expect(differences(body, schema, document.components.schemas)).toEqual([]);
});
