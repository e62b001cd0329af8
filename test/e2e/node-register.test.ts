import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Provider, startProvider } from '../interop/provider/provider.ts';
import { startApp, stopApps } from './node-app-fixture.ts';

interface Line {
  readonly runId: string;
  readonly ok: boolean;
  readonly record: {
    readonly stepId: string;
    readonly inputTokens?: number;
    readonly costUsd?: number;
    readonly carbonGrams?: number;
  };
}

let collector: Collector;
let provider: Provider;
beforeAll(async () => {
  [collector, provider] = await Promise.all([startCollector(), startProvider(0)]);
});
afterAll(async () => {
  stopApps();
  await Promise.all([collector.stop(), provider.close()]);
});

const environment = (further: Record<string, string> = {}): Record<string, string> => ({
  SPANLEDGER_ENDPOINT: collector.url,
  LLM_URL: `${provider.url}/v1`,
  ...further,
});
const stepsOf = (runId: string) =>
  collector.query<Record<string, unknown>>(
    `SELECT node_id, status, source, input_tokens, output_tokens, toFloat64(cost_usd) AS cost_usd, carbon_gco2, chain_seq FROM steps
    WHERE run_id = {runId: String} AND chain_seq > 0 ORDER BY start_time`,
    { runId },
  );

describe('an app that only knows OpenTelemetry’s API', () => {
  test('is recorded with environment variables alone: its steps, and the calls below them, of an imported client', async () => {
    const app = startApp('governed-app', environment());
    const { runId, record } = await app.line<Line>();
    expect(await app.ended()).toEqual({ code: 0, signal: null });
    expect(record).toMatchObject({ inputTokens: 168, outputTokens: 24, status: 'completed' });
    expect(app.errors()).toContain(`traces and logs go to ${collector.url}; watched:`);
    expect(app.errors()).toContain('openai@6.49.0');

    await collector.settled();
    // 168 tokens in at 0.25 and 24 out at 2 dollars a million, as the list of the SDK has them.
    expect(await stepsOf(runId)).toEqual([
      {
        node_id: 'ask',
        status: 'completed',
        source: 'outcome',
        input_tokens: '168',
        output_tokens: '24',
        cost_usd: record.costUsd,
        carbon_gco2: record.carbonGrams,
        chain_seq: expect.stringMatching(/^\d+$/),
      },
    ]);
    expect(record.carbonGrams).toBeCloseTo(0.000325, 6);
    expect(record.costUsd).toBeCloseTo((168 * 0.25 + 24 * 2) / 1e6, 12);
    const calls = await collector.query<Record<string, unknown>>(
      `SELECT service_name, step_id, node_id, attributes['spanledger.step.attempt'] AS attempt FROM spans
      WHERE run_id = {runId: String} AND name = 'chat gpt-5-mini'`,
      { runId },
    );
    expect(calls).toEqual([{ service_name: 'governed-app', step_id: record.stepId, node_id: 'ask', attempt: '1' }]);
    const runs = await collector.query<object>(
      'SELECT status, workflow_name FROM runs WHERE run_id = {runId: String}',
      { runId },
    );
    expect(runs).toEqual([{ status: 'completed', workflow_name: 'weather' }]);
    expect(await collector.query('SELECT reason FROM run_anomalies WHERE run_id = {runId: String}', { runId })).toEqual(
      [],
    );
  });

  test('governed steps are recorded whatever its sampler says, and the sampler is reported', async () => {
    const app = startApp('governed-app', environment({ OTEL_TRACES_SAMPLER: 'always_off', OTEL_SERVICE_NAME: 'off' }));
    const { runId, record } = await app.line<Line>();
    await app.ended();
    await collector.settled();
    expect(await stepsOf(runId)).toMatchObject([{ node_id: 'ask', status: 'completed', input_tokens: '168' }]);
    expect(record.inputTokens).toBe(168);
    const spans = await collector.query<Record<string, unknown>>(
      `SELECT DISTINCT name, resource_attributes['spanledger.sampler'] AS sampler FROM spans
      WHERE service_name = 'off' ORDER BY name`,
    );
    expect(spans).toEqual([
      { name: expect.stringContaining('ask'), sampler: 'AlwaysOffSampler' },
      { name: 'invoke_workflow weather', sampler: 'AlwaysOffSampler' },
    ]);
  });
});

test('parentbased_always_off sends governed runs with all that is below them, and nothing else', async () => {
  const app = startApp(
    'governed-app',
    environment({ OTEL_TRACES_SAMPLER: 'parentbased_always_off', OTEL_SERVICE_NAME: 'runs' }),
  );
  await app.line<Line>();
  await app.ended();
  await collector.settled();
  const spans = await collector.query<{ name: string }>(
    `SELECT name FROM spans WHERE service_name = 'runs' ORDER BY name`,
  );
  expect(spans.map(({ name }) => name)).toEqual([
    'POST',
    'chat gpt-5-mini',
    'execute_step ask',
    'invoke_workflow weather',
  ]);
});

describe('the end of the process', () => {
  test('SIGTERM sends what waits, and then ends the process as it would have', async () => {
    const app = startApp('governed-app', environment({ ENDING: 'wait', OTEL_BSP_SCHEDULE_DELAY: '60000' }));
    const { runId } = await app.line<Line>();
    app.kill('SIGTERM');
    expect(await app.ended()).toEqual({ code: null, signal: 'SIGTERM' });
    await collector.settled();
    expect(await stepsOf(runId)).toMatchObject([{ node_id: 'ask', status: 'completed', source: 'outcome' }]);
  });

  test('the app’s own handler runs, and decides how it ends', async () => {
    const app = startApp('governed-app', environment({ ENDING: 'own handler' }));
    const { runId } = await app.line<Line>();
    app.kill('SIGTERM');
    expect(await app.ended()).toEqual({ code: 7, signal: null });
    await collector.settled();
    expect(await stepsOf(runId)).toMatchObject([{ node_id: 'ask', status: 'completed', source: 'outcome' }]);
  });

  test('a process that is killed within a step leaves the decision, and the step shows as running', async () => {
    const app = startApp('governed-app', environment({ ENDING: 'never', OTEL_SERVICE_NAME: 'killed' }));
    const decisions = () =>
      collector.query<{ run_id: string }>(
        `SELECT run_id FROM events WHERE name = 'spanledger.step.decided' AND service_name = 'killed'`,
      );
    await vi.waitFor(async () => expect(await decisions()).toHaveLength(1), { timeout: 30_000, interval: 200 });
    app.kill('SIGKILL');
    expect(await app.ended()).toEqual({ code: null, signal: 'SIGKILL' });
    await collector.settled();
    const runId = (await decisions())[0]?.run_id ?? '';
    expect(await stepsOf(runId)).toMatchObject([{ node_id: 'ask', status: 'running', source: 'decision' }]);
  });

  test('without a collector the app runs, ends by itself, and says what is wrong', async () => {
    const app = startApp('governed-app', environment({ SPANLEDGER_ENDPOINT: 'http://127.0.0.1:1' }));
    expect(await app.line<Line>()).toMatchObject({ ok: true });
    expect(await app.ended()).toEqual({ code: 0, signal: null });
    expect(app.errors()).toContain('ECONNREFUSED');
  });
});

describe('two processes', () => {
  const KEY = 'a key that both processes share';

  async function call(caller: Record<string, string>, callee: Record<string, string>) {
    const agent = startApp('agent-app', environment(callee));
    const { url } = await agent.line<{ url: string }>();
    const app = startApp('caller-app', environment({ AGENT_URL: url, ...caller }));
    const line = await app.line<{ runId: string; answer: string }>();
    await app.ended();
    agent.kill('SIGTERM');
    await agent.ended();
    return { runId: line.runId, heard: JSON.parse(line.answer) as { runId: string; baggage: string[] } };
  }

  test('a signed run goes on in the other process, and one ledger run holds both', async () => {
    const key = { SPANLEDGER_PROPAGATION_KEY: KEY };
    const { runId, heard } = await call({ ...key, SPANLEDGER_PROPAGATE_TO: '127.0.0.1' }, key);
    expect(heard).toEqual({ runId, baggage: [] });
    await collector.settled();
    const steps = await collector.query<Record<string, unknown>>(
      'SELECT node_id, uniqExact(trace_id) OVER () AS traces FROM steps WHERE run_id = {runId: String} ORDER BY node_id',
      { runId },
    );
    expect(steps).toEqual([
      { node_id: 'delegate', traces: '1' },
      { node_id: 'remote', traces: '1' },
      { node_id: 'two-processes', traces: '1' },
    ]);
  });

  test.each([
    ['a host that is not allowed', { SPANLEDGER_PROPAGATION_KEY: KEY }, { SPANLEDGER_PROPAGATION_KEY: KEY }],
    [
      'another key',
      { SPANLEDGER_PROPAGATE_TO: '127.0.0.1', SPANLEDGER_PROPAGATION_KEY: `other ${KEY}` },
      { SPANLEDGER_PROPAGATION_KEY: KEY },
    ],
    ['no key', { SPANLEDGER_PROPAGATE_TO: '127.0.0.1' }, {}],
  ])('%s: the other process has a run of its own', async (_, caller, callee) => {
    const { runId, heard } = await call(caller, callee);
    expect(heard.runId).not.toBe(runId);
    expect(heard.baggage).toEqual([]);
  });
});
