import type { Collector } from '../collector-fixture.ts';
import { recordCrew } from './docs-fixture.ts';
import type { Moment } from './grafana-macros.ts';

/** Names that break out of a string, a macro or a variable where they are not encoded. */
export const HOSTILE = {
  workflow: 'it\'s \\ "flow" $__timeFilter(x)',
  agent: "a') OR 1=1 -- \\",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a name like a variable of Grafana.
  node: 'node,{b} ${tenant} %27',
  model: "m'''\\",
  run: "run '\\ $__interval_s #1",
} as const;

/** A collector that holds a run of the example app, and a run whose names are hostile and that has all that the boards show. */
export interface GrafanaFixture {
  readonly collector: Collector;
  /** Runs a query as the read-only user. */
  ask(sql: string): Promise<Answer>;
  /** What the boards show: every filter at All and the app's run. */
  readonly all: Moment;
  /** One value by filter: those of the app's planner. */
  readonly one: Moment;
  /** Every filter and the run at its hostile name. */
  readonly hostile: Moment;
  /** Values that nothing has. */
  readonly nothing: Moment;
}

/** Columns with their types, and rows, as ClickHouse gives them. */
export interface Answer {
  readonly meta: readonly { readonly name: string; readonly type: string }[];
  readonly data: readonly Readonly<Record<string, unknown>>[];
}

/** Starts it. */
export async function startGrafanaFixture(): Promise<GrafanaFixture> {
  const { collector, runId } = await recordCrew();
  const trace = '0123456789abcdef0123456789abcdef';
  const answer = await collector.post('traces', hostileSpans(trace));
  if (!answer.ok) throw new Error(await answer.text());
  // A target that every window breaks.
  const target = await fetch(`${collector.url}/v1/sla/targets/strict`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ p50_ms: 0.001, p95_ms: 0.001, error_rate: 0, min_count: 1 }),
  });
  if (!target.ok) throw new Error(await target.text());
  await collector.settled();
  const [crewTrace] = await collector.query<{ id: string }>(
    'SELECT arrayJoin(trace_ids) AS id FROM runs WHERE run_id = {runId:String}',
    { runId },
  );
  const filters = (value: string): Record<string, string> =>
    Object.fromEntries(['tenant', 'workflow', 'agent', 'node', 'model'].map((name) => [name, value]));
  const planner = await collector.query<Record<string, string>>(
    `SELECT tenant, workflow_name AS workflow, agent_name AS agent, node_id AS node, model FROM steps
     WHERE run_id = {runId:String} AND node_id = 'planner'`,
    { runId },
  );
  const range = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000), intervalSeconds: 60 };
  const ofRun = { run: runId, trace: crewTrace?.id ?? '' };
  return {
    collector,
    all: { ...range, variables: { ...filters('$__all'), ...ofRun } },
    one: { ...range, variables: { ...planner[0], ...ofRun } },
    hostile: { ...range, variables: { tenant: 'default', ...HOSTILE, trace } },
    nothing: { ...range, variables: { ...filters('no such value'), run: 'no such run', trace: '' } },
    ask: async (sql) => {
      const parameters = new URLSearchParams({ user: 'reader', database: 'spanledger', default_format: 'JSON' });
      const response = await fetch(`${collector.engine.url}/?${parameters}`, { method: 'POST', body: sql });
      const text = await response.text();
      if (!response.ok) throw new Error(`${text}\n${sql}`);
      return JSON.parse(text) as Answer;
    },
  };
}

type Said = string | number | boolean | readonly string[];

/** A root span, three steps (one completed, one past its target, one blocked), and a call without a cost beside them. */
function hostileSpans(traceId: string): string {
  const now = Date.now();
  const span = (id: number, start: number, end: number, said: Readonly<Record<string, Said>>, parent = 1): object => ({
    traceId,
    spanId: String(id).padStart(16, '0'),
    ...(id === 1 ? {} : { parentSpanId: String(parent).padStart(16, '0') }),
    name: HOSTILE.node,
    kind: 1,
    startTimeUnixNano: `${now + start}000000`,
    endTimeUnixNano: `${now + end}000000`,
    attributes: Object.entries({
      'spanledger.run.id': HOSTILE.run,
      'gen_ai.workflow.name': HOSTILE.workflow,
      ...said,
    }).map(([key, value]) => ({ key, value: otlpValue(value) })),
    events: [{ timeUnixNano: `${now + start}000000`, name: HOSTILE.node, attributes: [] }],
  });
  const step = (id: string, more: Readonly<Record<string, Said>>): Readonly<Record<string, Said>> => ({
    'spanledger.step.id': id,
    'spanledger.node.id': HOSTILE.node,
    'spanledger.verdict': 'commit',
    'spanledger.status': 'completed',
    'gen_ai.agent.name': HOSTILE.agent,
    'gen_ai.request.model': HOSTILE.model,
    'gen_ai.usage.input_tokens': 120,
    'gen_ai.usage.cache_read.input_tokens': 20,
    'gen_ai.usage.output_tokens': 30,
    'spanledger.cost.usd': 0.25,
    'spanledger.budget.limit_usd': 1,
    'spanledger.budget.remaining_usd': 0.5,
    'spanledger.edge.from': [HOSTILE.node, 'a node without steps'],
    'spanledger.checks.name': ['policy', 'execution'],
    'spanledger.checks.outcome': ['pass', 'pass'],
    ...more,
  });
  const spans = [
    span(1, -900, 0, { 'gen_ai.operation.name': 'invoke_workflow' }),
    span(2, -800, -500, step('s1', { 'spanledger.sla.target_ms': 1000, 'spanledger.sla.met': true })),
    span(3, -500, -100, step('s2', { 'spanledger.sla.target_ms': 10, 'spanledger.sla.met': false })),
    span(
      4,
      -100,
      -99,
      step('s3', {
        'spanledger.verdict': 'reject',
        'spanledger.status': 'blocked',
        'spanledger.block.check': 'policy',
        'spanledger.block.rule': 'no-quotes',
        'spanledger.block.reason': "it's not allowed",
        'spanledger.checks.outcome': ['deny', 'skip'],
      }),
    ),
  ];
  spans.push(
    span(5, -50, -10, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'nobody',
      'gen_ai.request.model': HOSTILE.model,
      'gen_ai.agent.name': HOSTILE.agent,
      'spanledger.node.id': HOSTILE.node,
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 1,
    }),
  );
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'hostile' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'test' }, spans }] }] });
}

function otlpValue(value: Said): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map((text) => ({ stringValue: text })) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { stringValue: value };
}
