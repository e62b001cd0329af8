import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ClientError,
  EventProjector,
  NotFoundError,
  ReplayLedger,
  RequestError,
  UnavailableError,
  UnexpectedAnswerError,
} from '@spanledger/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocked, committed, type ServeFixture, START, startServe } from './serve-fixture.ts';

let serve: ServeFixture;
let server: Server;
let url: string;
let ledger: ReplayLedger;
let projector: EventProjector;
const MANY = 1203;

beforeAll(async () => {
  serve = await startServe();
  server = createServer(async (request, response) => {
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await serve.api.fetch(new Request(new URL(request.url ?? '/', url), { headers }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ledger = new ReplayLedger(url);
  projector = new EventProjector(ledger);
  const runId = 'run/1';
  await serve.ingest(
    { runId, start: 20, end: 30, found: blocked('s2', 'publish') },
    {
      runId,
      start: 0,
      end: 10,
      found: committed('s1', 'fetch-node', { identity_subject: 'agent:a' }),
    },
    { runId, start: 10, end: 30, found: committed('s1', 'fetch-node', { step_attempt: '2', status: 'failed' }) },
  );
  await serve.settle(runId, {
    end_time: '2026-06-21 00:00:00.030',
    workflow_name: 'support',
    ended_by: 'event',
    ended_status: 'failed',
    step_count: 3,
    node_count: 2,
    node_ids: ['fetch-node', 'publish'],
    verdicts: ['commit', 'reject'],
    blocked_steps: 1,
    failed_steps: 1,
    input_tokens: 200,
    output_tokens: 100,
    total_cost_usd: '0.01',
    total_carbon_gco2e: 0.5,
    mean_confidence: 0.75,
  });
  await serve.client.command({
    query: `INSERT INTO step_rows (tenant, run_id, step_id, attempt, event_date, version, source, cursor, node_id, status, start_time, end_time)
      SELECT 'default', 'many', concat('s', toString(number)), 1, toDate('2026-06-22'), 1, 'outcome', 1000 + number, 'n', 'completed',
        toDateTime64('2026-06-22 00:00:00', 9, 'UTC'), toDateTime64('2026-06-22 00:00:00', 9, 'UTC') FROM numbers(${MANY})`,
  });
  await serve.settle('many', {
    start_time: '2026-06-22 00:00:00.000',
    end_time: '2026-06-22 00:00:00.000',
    step_count: MANY,
  });
});
afterAll(async () => {
  server.close();
  await serve.stop();
});

test('getRun gives steps in order, from all pages; none for an unknown run', async () => {
  const steps = await ledger.getRun('run/1');
  expect(steps.map((step) => [step.stepId, step.attempt, step.nodeId, step.verdict, step.status])).toEqual([
    ['s1', 1, 'fetch-node', 'commit', 'completed'],
    ['s1', 2, 'fetch-node', 'commit', 'failed'],
    ['s2', 1, 'publish', 'reject', 'blocked'],
  ]);
  expect(steps[0]).toMatchObject({ costUsd: null, tokensUsed: null, identitySubject: 'agent:a', durationMs: 10 });
  expect(steps[2]?.checks[1]).toEqual({ name: 'policy', outcome: 'deny', reason: 'policy:denied', durationUs: 2 });
  const many = await ledger.getRun('many');
  expect(many.map((step) => step.stepId)).toEqual(Array.from({ length: MANY }, (_, index) => `s${index}`));
  expect(await ledger.getRun('unknown')).toEqual([]);
});

test('listRuns gives ids, newest first', async () => {
  expect(await ledger.listRuns()).toEqual(['many', 'run/1']);
  expect(await ledger.listRuns({ limit: 1 })).toEqual(['many']);
  expect(await ledger.listRuns({ status: 'failed', workflow: 'support', verdict: 'reject' })).toEqual(['run/1']);
  expect(await ledger.listRuns({ to: new Date(START + 86_400_000) })).toEqual(['run/1']);
  expect(await ledger.listRuns({ from: new Date(START + 86_400_000) })).toEqual(['many']);
  expect(await ledger.listRuns({ agent: 'nobody' })).toEqual([]);
});

test('runSummary gives totals; zero steps for an unknown run', async () => {
  expect(await ledger.runSummary('run/1')).toEqual({
    runId: 'run/1',
    steps: 3,
    nodes: ['fetch-node', 'publish'],
    totalCostUsd: 0.01,
    totalTokens: 300,
    totalCarbonGco2: 0.5,
    blockedSteps: 1,
    verdicts: ['commit', 'reject'],
    timestamps: { start: '2026-06-21T00:00:00.000000000Z', end: '2026-06-21T00:00:00.030000000Z' },
  });
  expect(await ledger.runSummary('unknown')).toMatchObject({
    runId: 'unknown',
    steps: 0,
    totalTokens: 0,
    timestamps: null,
  });
});

test('graph gives nodes and edges, drawGraph their drawing', async () => {
  const graph = await ledger.graph('run/1');
  expect(graph).toMatchObject({ runId: 'run/1', workflow: 'support', terminal: true, currentNodeIds: [], edges: [] });
  expect(graph.nodes.map((node) => [node.id, node.status, node.attemptCount, node.stats.p95Ms])).toEqual([
    ['fetch-node', 'failed', 2, 19.5],
    ['publish', 'blocked', 1, null],
  ]);
  expect(graph.nodes[0]?.attempts).toEqual([]);
  const { nodes } = await ledger.graph('run/1', { includeHistory: true });
  expect(nodes[0]?.attempts.map((one) => one.status)).toEqual(['completed', 'failed']);
  expect(await ledger.drawGraph('run/1', 'mermaid')).toMatch(/^flowchart LR\n/);
  expect(await ledger.drawGraph('run/1', 'dot')).toMatch(/^digraph run \{\n/);
  await expect(ledger.graph('unknown')).rejects.toThrow(NotFoundError);
  await expect(ledger.drawGraph('unknown', 'dot')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

test('windows, targets, latencies and violations of a range over all runs', async () => {
  const range = { from: new Date(START), to: new Date(START + 86_400_000) };
  const put = await serve.send('PUT', '/v1/sla/targets/publishing', {
    node_id: 'fetch-node',
    p50_ms: 14,
    min_count: 2,
  });
  expect(put.status).toBe(200);
  const windows = await ledger.sla({ ...range, node: 'fetch-node' });
  expect(windows).toMatchObject([
    {
      windowStart: '2026-06-21T00:00:00.000000000Z',
      windowSeconds: 3600,
      nodeId: 'fetch-node',
      count: 2,
      errorRate: 0.5,
    },
  ]);
  expect(windows[0]).toMatchObject({
    p50Ms: 15,
    targetId: 'publishing',
    targetP50Ms: 14,
    breached: true,
    breaches: ['p50'],
  });
  expect(await ledger.sla({ ...range, window: 300, limit: 1 })).toMatchObject([{ windowSeconds: 300 }]);
  expect(await ledger.slaTargets()).toMatchObject([{ targetId: 'publishing', source: 'api', p50Ms: 14, p95Ms: null }]);
  const nodes = await ledger.nodeLatency({ ...range, node: 'fetch-node' });
  expect(nodes).toEqual([expect.objectContaining({ nodeId: 'fetch-node', count: 2, p95Ms: 19.5, errorCount: 1 })]);
  const found = await ledger.policyViolations({ ...range, blocked: true });
  expect(found).toMatchObject({ count: 1, rules: [{ ruleName: 'no-publish', count: 1, blockedCount: 1 }] });
  expect(found.violations).toMatchObject([
    { runId: 'run/1', nodeId: 'publish', ruleName: 'no-publish', blocked: true },
  ]);
  expect(await ledger.policyViolations({ ...range, rule: 'none' })).toEqual({ violations: [], count: 0, rules: [] });
  await expect(ledger.sla({ window: '7m' })).rejects.toMatchObject({ code: 'BAD_PARAMETER', parameter: 'window' });
});

test('a projector gives the four projections', async () => {
  const { auditTrail, nodeLatency, policyViolations, workflowSummary } = await projector.project('run/1');
  expect(auditTrail.entries.map((entry) => [entry.nodeId, entry.verdict, entry.timestamp, entry.blocked])).toEqual([
    ['fetch-node', 'commit', '2026-06-21T00:00:00.010000000Z', false],
    ['fetch-node', 'commit', '2026-06-21T00:00:00.030000000Z', false],
    ['publish', 'reject', '2026-06-21T00:00:00.030000000Z', true],
  ]);
  expect(auditTrail.entries[2]).toMatchObject({ blockReason: 'may not publish', costUsd: null, tokensUsed: null });
  expect(nodeLatency.statsFor('fetch-node')).toEqual({
    nodeId: 'fetch-node',
    count: 2,
    p50Ms: 15,
    p95Ms: 19.5,
    p99Ms: 19.9,
    minMs: 10,
    maxMs: 20,
    meanMs: 15,
    errorCount: 1,
  });
  expect(nodeLatency.statsFor('publish')).toBeUndefined();
  expect([...nodeLatency.allStats().keys()]).toEqual(['fetch-node']);
  expect(policyViolations).toMatchObject({ count: 1, blockedCount: 1 });
  expect(policyViolations.violations[0]).toMatchObject({
    nodeId: 'publish',
    ruleName: 'no-publish',
    reason: 'may not publish',
    timestamp: '2026-06-21T00:00:00.030000000Z',
  });
  expect(workflowSummary.summary).toMatchObject({
    stepCount: 3,
    nodeCount: 2,
    totalCostUsd: 0.01,
    totalTokens: 300,
    totalCarbonGco2: 0.5,
    meanConfidence: 0.75,
    blockedSteps: 1,
    durationMs: 30,
    status: 'failed',
  });
});

test('a report is plain JSON with the four projections', async () => {
  const report = await projector.report('run/1');
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report.audit_trail.entries).toHaveLength(3);
  expect(report.audit_trail.entries[2]).toMatchObject({ node_id: 'publish', block_reason: 'may not publish' });
  expect(report.node_latency.nodes[0]).toMatchObject({ node_id: 'fetch-node', p95_ms: 19.5 });
  expect(report.policy_violations).toMatchObject({ count: 1, blocked_count: 1 });
  expect(report.workflow_summary).toMatchObject({ step_count: 3, total_cost_usd: 0.01 });
});

test('an unknown run has no projections', async () => {
  const asked = [projector.project, projector.auditTrail, projector.nodeLatency, projector.report] as const;
  for (const ask of asked) {
    const error = await Reflect.apply(ask, projector, ['unknown']).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'RUN_NOT_FOUND', status: 404, name: 'NotFoundError' });
  }
});

test('a wrong parameter is named', async () => {
  const error = await ledger.listRuns({ text: '' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ code: 'BAD_PARAMETER', status: 400, parameter: 'text' });
});

test('a collector that does not answer is unavailable', async () => {
  const error = await new ReplayLedger('http://127.0.0.1:1').listRuns().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnavailableError);
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', status: 0 });
});

test('how to wait is passed on, and what is not the API is said so', async () => {
  const answering = (response: Response): ReplayLedger =>
    new ReplayLedger({ url, fetch: () => Promise.resolve(response.clone()) });
  const body = JSON.stringify({ error: { code: 'ENGINE_UNAVAILABLE', message: 'away' } });
  const away = answering(new Response(body, { status: 503, headers: { 'retry-after': '2' } }));
  await expect(away.listRuns()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryAfterSeconds: 2 });
  const proxy = answering(new Response('<html>', { status: 502 }));
  await expect(proxy.getRun('x')).rejects.toMatchObject({ code: 'HTTP_502', status: 502 });
  await expect(answering(new Response('<html>', { status: 404 })).getRun('x')).rejects.toBeInstanceOf(ClientError);
  await expect(answering(new Response('[]')).listRuns()).rejects.toBeInstanceOf(UnexpectedAnswerError);
});

test('the key is sent as a bearer token, and a base path is kept', async () => {
  const asked: Request[] = [];
  const recording: typeof fetch = (input, init) => {
    asked.push(new Request(input, init));
    return fetch(new URL('/v1/runs', url));
  };
  await new ReplayLedger({ url: `${url}/behind/proxy/`, apiKey: 'secret', fetch: recording }).listRuns();
  expect(asked[0]?.headers.get('authorization')).toBe('Bearer secret');
  expect(new URL(asked[0]?.url ?? '').pathname).toBe('/behind/proxy/v1/runs');
});
