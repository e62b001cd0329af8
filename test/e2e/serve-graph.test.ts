import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocked, committed, type ServeFixture, startServe, traceOf } from './serve-fixture.ts';
import { differences } from './serve-schema.ts';

let serve: ServeFixture;
const runId = 'run-1';
const input = 'ab'.repeat(32);
const output = 'cd'.repeat(32);

beforeAll(async () => {
  serve = await startServe();
  await serve.ingest(
    {
      runId,
      start: 0,
      end: 10,
      found: committed('d1', 'draft', {
        node_kind: 'model',
        input,
        output,
        input_tokens: '7',
        edge_from: '["__start__"]',
      }),
      content: [
        { digest: input, text: 'a subject' },
        { digest: output, text: 'a poem' },
      ],
    },
    { runId, start: 10, end: 14, found: committed('r1', 'review', { edge_from: '["draft"]' }) },
    {
      runId,
      start: 14,
      end: 15,
      found: committed('d2', 'draft', {
        status: 'failed',
        error_type: 'Timeout',
        edge_from: '["review"]',
        edge_outcome: 'revise',
      }),
    },
    {
      runId,
      start: 15,
      end: 35,
      found: committed('d2', 'draft', { step_attempt: '2', edge_from: '["review"]', edge_outcome: 'revise' }),
    },
    {
      runId,
      start: 40,
      end: 41,
      found: blocked('p', 'publish "all"', { edge_from: '["review"]', edge_outcome: 'approve' }),
    },
    {
      runId,
      start: 41,
      end: 41,
      found: committed('n', 'notify', { status: 'skipped', edge_from: '["publish \\"all\\""]' }),
    },
    {
      runId,
      start: 42,
      end: 43,
      found: {
        step_id: 'h',
        node_id: 'sign off',
        verdict: 'escalate',
        status: 'paused',
        block_check: 'risk',
        block_reason: 'tier 4',
      },
    },
  );
  await serve.settle(runId, { workflow_name: 'poems', paused: true, step_count: 7 });
  await serve.ingest({ runId: 'run-2', found: committed('a', 'a') });
  await serve.settle('run-2', {
    parent_run_id: runId,
    workflow_name: 'inner',
    ended_by: 'root',
    ended_status: 'completed',
  });
  await serve.ingest({ runId: 'run-3', start: 5, end: 4, found: committed('a', 'a') });
  await serve.settle('run-3', { parent_run_id: runId });
});
afterAll(() => serve.stop());

const asked = async (url: string, headers: Record<string, string> = {}) => {
  const response = await serve.api.request(url, { headers });
  return {
    type: response.headers.get('content-type'),
    vary: response.headers.get('vary'),
    text: await response.text(),
  };
};

test('nodes have a status and statistics, edges are what steps say', async () => {
  const { status, body } = await serve.get('/v1/runs/run-1/graph');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    run_id: runId,
    workflow: 'poems',
    source: 'read_model',
    status: 'paused',
    current_node_id: 'sign off',
    current_node_ids: ['sign off'],
    terminal: false,
    definition_version: null,
    parent_run_id: null,
    child_runs: [
      { run_id: 'run-2', workflow: 'inner', status: 'completed' },
      { run_id: 'run-3', workflow: '', status: 'running' },
    ],
    linked_runs: [],
    truncated: false,
  });
  type Node = { id: string; status: string; visit_count: number; attempt_count: number; dead_end: boolean };
  expect(
    body.nodes.map((node: Node) => [node.id, node.status, node.visit_count, node.attempt_count, node.dead_end]),
  ).toEqual([
    ['draft', 'completed', 2, 3, false],
    ['review', 'completed', 1, 1, false],
    ['publish "all"', 'blocked', 1, 1, true],
    ['notify', 'unreachable', 1, 1, true],
    ['sign off', 'paused', 1, 1, false],
  ]);
  expect(body.nodes[0]).toMatchObject({
    current: false,
    action: 'model',
    input: null,
    output: null,
    error: null,
    recovery: null,
    transition: null,
    manual_state: null,
    attempts: [],
    visits: [],
    stats: {
      count: 3,
      p50_ms: 10,
      p95_ms: 19,
      p99_ms: 19.8,
      mean_ms: 10.333333,
      min_ms: 1,
      max_ms: 20,
      error_count: 1,
      blocked_count: 0,
      tokens_used: null,
      cost_usd: null,
      carbon_gco2: null,
    },
  });
  expect(body.nodes[2].stats).toMatchObject({ count: 0, p50_ms: null, blocked_count: 1, violation_count: 1 });
  type Edge = { id: string; status: string; outcome: string | null; count: number };
  expect(body.edges.map((edge: Edge) => [edge.id, edge.status, edge.outcome, edge.count])).toEqual([
    ['__start__:transition:draft', 'selected', null, 1],
    ['draft:transition:review', 'selected', null, 1],
    ['review:revise:draft', 'selected', 'revise', 1],
    ['review:approve:publish "all"', 'selected', 'approve', 1],
    ['publish "all":transition:notify', 'blocked', null, 0],
  ]);
  expect(body.edges[4]).toEqual({
    id: 'publish "all":transition:notify',
    from: 'publish "all"',
    to: 'notify',
    type: 'transition',
    status: 'blocked',
    selected: false,
    skipped: false,
    pending: false,
    blocked: true,
    outcome: null,
    condition: null,
    recovery: null,
    count: 0,
  });
  expect(body.anomalies).toEqual([
    {
      source: 'graph',
      reason: 'unknown_predecessor',
      entry_type: 'node',
      node_id: '__start__',
      step_id: null,
      attempt: null,
      detail: '',
    },
  ]);
});

test('history shows attempts, visits, contents and what is waited for', async () => {
  const { body } = await serve.get('/v1/runs/run-1/graph?include_history=true');
  const [draft, , , , signOff] = body.nodes;
  expect(draft).toMatchObject({
    input: { kind: 's', text: 'a subject' },
    output: { kind: 's', text: 'a poem' },
    error: null,
  });
  expect(draft.attempts).toEqual([
    {
      step_id: 'd1',
      visit: 1,
      attempt_number: 1,
      status: 'completed',
      error: null,
      start_time: '2026-06-21T00:00:00.000000000Z',
      end_time: '2026-06-21T00:00:00.010000000Z',
    },
    expect.objectContaining({ step_id: 'd2', visit: 2, attempt_number: 1, error: { type: 'Timeout', message: '' } }),
    expect.objectContaining({ step_id: 'd2', visit: 2, attempt_number: 2, status: 'completed', error: null }),
  ]);
  expect(draft.visits).toEqual([
    expect.objectContaining({ visit: 1, step_id: 'd1', status: 'completed', attempt_count: 1 }),
    {
      visit: 2,
      step_id: 'd2',
      status: 'completed',
      attempt_count: 2,
      start_time: '2026-06-21T00:00:00.014000000Z',
      end_time: '2026-06-21T00:00:00.035000000Z',
    },
  ]);
  expect(signOff.manual_state).toEqual({
    step_id: 'h',
    attempt_number: 1,
    check: 'risk',
    reason: 'tier 4',
    since: '2026-06-21T00:00:00.043000000Z',
  });
  expect((await serve.get('/v1/runs/run-1/graph?include_history=false')).body.nodes[0].input).toBeNull();
});

test('links to another run, times that are odd and a parent run are told of, and the run is no node', async () => {
  const spanId = 'feed'.repeat(4);
  await serve.ingest(
    { runId: 'far', spanId, found: committed('f', 'f') },
    { runId: 'near', found: committed('n', 'n') },
  );
  await serve.settle('far');
  await serve.settle('near');
  await serve.client.command({
    query: `INSERT INTO step_rows SELECT * REPLACE ([{link:String}] AS linked_spans) FROM step_rows FINAL WHERE run_id = 'near'`,
    query_params: { link: traceOf('far') + spanId },
  });
  const near = (await serve.get('/v1/runs/near/graph')).body;
  expect([near.linked_runs, near.nodes.length, near.edges]).toEqual([['far'], 1, []]);
  const child = (await serve.get('/v1/runs/run-3/graph')).body;
  expect(child.parent_run_id).toBe('run-1');
  expect(child.anomalies).toMatchObject([
    { source: 'step', reason: 'end_before_start', node_id: 'a', step_id: 'a', attempt: 1 },
  ]);
});

test('the documented name gives the same, and both answer as the OpenAPI document says', async () => {
  const graph = (await serve.get('/v1/runs/run-1/graph?include_history=true')).body;
  expect((await serve.get('/graph/run-1?include_history=true')).body).toEqual(graph);
  const { paths, components } = (await serve.get('/openapi.json')).body;
  for (const path of ['/v1/runs/{run_id}/graph', '/graph/{run_id}']) {
    const { schema } = paths[path].get.responses[200].content['application/json'];
    expect(differences(graph, schema, components.schemas)).toEqual([]);
  }
});

const JSON_TYPE = 'application/json';
const MERMAID = 'text/vnd.mermaid; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';
const DOT = 'text/vnd.graphviz; charset=utf-8';

test.each([
  ['', undefined, JSON_TYPE],
  ['', '*/*', JSON_TYPE],
  ['', 'text/html,application/xhtml+xml,*/*;q=0.8', JSON_TYPE],
  ['', 'image/png', JSON_TYPE],
  ['', 'text/vnd.mermaid', MERMAID],
  ['', 'text/*', MERMAID],
  ['', 'text/plain', PLAIN],
  ['', 'text/vnd.graphviz', DOT],
  ['', 'text/vnd.mermaid;q=0.2, text/vnd.graphviz;q=0.7, application/json;q=0.1', DOT],
  ['?format=mermaid', 'application/json', MERMAID],
  ['?format=dot', undefined, DOT],
  ['?format=json', 'text/vnd.graphviz', JSON_TYPE],
])('%s with Accept %s is %s', async (search, accept, type) => {
  const answer = await asked(`/graph/run-1${search}`, accept === undefined ? {} : { accept });
  expect([answer.type, answer.vary]).toEqual([type, 'Accept']);
  const first = { [JSON_TYPE]: '{', [DOT]: 'digraph run {\n' }[type] ?? 'flowchart LR\n';
  expect(answer.text.startsWith(first)).toBe(true);
});

test('Mermaid has the real edges, counts and states', async () => {
  expect((await asked('/graph/run-1?format=mermaid')).text).toBe(`flowchart LR
  subgraph run["run-1#32;#40;paused#41;"]
    n0["draft<br/>3 steps, p95 19 ms"]
    n1["review<br/>4 ms"]
    n2("publish#32;#34;all#34;<br/>blocked")
    n3["notify<br/>unreachable"]
    n4["sign off<br/>paused"]
    n5["#95;#95;start#95;#95;"]
  end
  n5 --> n0
  n0 --> n1
  n1 -->|"revise"| n0
  n1 -->|"approve"| n2
  n2 --> n3
  classDef completed fill:#dcfce7,stroke:#166534,color:#166534
  class n0,n1 completed
  classDef blocked fill:#fca5a5,stroke:#7f1d1d,color:#7f1d1d
  class n2 blocked
  classDef paused fill:#fef3c7,stroke:#b45309,color:#b45309
  class n4 paused
  classDef unreachable fill:#f3f4f6,stroke:#9ca3af,color:#9ca3af
  class n3 unreachable
  linkStyle 4 stroke:#b91c1c,stroke-dasharray:4
`);
});

test('DOT has the same', async () => {
  const { text } = await asked('/v1/runs/run-1/graph?format=dot');
  expect(text).toContain('  label="run-1 (paused)"\n');
  expect(text).toContain('  n0 [label="draft\\n3 steps, p95 19 ms", class="completed", style="filled", ');
  expect(text).toContain('  n2 [label="publish \\"all\\"\\nblocked", class="blocked", style="filled,rounded", ');
  expect(text).toContain('  n5 [label="__start__", shape=plaintext]\n');
  expect(text).toContain('  n1 -> n0 [label="revise", style=solid]\n');
  expect(text).toContain('  n2 -> n3 [class="blocked", style=dashed, ');
});

test.each([
  ['?format=svg', 'format'],
  ['?include_history=yes', 'include_history'],
  ['?formt=dot', 'formt'],
])('%s is refused', async (search, parameter) => {
  const { status, body } = await serve.get(`/graph/run-1${search}`);
  expect([status, body.error.code, body.error.parameter]).toEqual([400, 'BAD_PARAMETER', parameter]);
});

test('an unknown run is not found, in all formats', async () => {
  for (const format of ['json', 'mermaid', 'dot']) {
    const { status, body } = await serve.get(`/graph/none?format=${format}`);
    expect([status, body.error.code]).toEqual([404, 'RUN_NOT_FOUND']);
  }
});
