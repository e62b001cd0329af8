import { afterAll, beforeAll, expect, test } from 'vitest';
import { committed, type ServeFixture, startServe } from './serve-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Range around the records, which begin on 21 June 2026 at midnight. */
const DAY = 'from=2026-06-21&to=2026-06-22';

let serve: ServeFixture;

interface Window {
  window_start: string;
  agent_name: string;
  node_id: string;
  count: number;
  breaches: string[];
  target_id: string;
}
const places = (windows: Window[]): string[] =>
  windows.map((one) => `${one.window_start.slice(11, 16)} ${one.agent_name}/${one.node_id} ${one.count}`);

// Agent a at node n: 10, 20 .. 100 ms in the first hour, the last failed, and one step of 7 ms in the second. Agent b at node m: ten
// steps of 50 ms, five minutes apart. One step that never executed.
beforeAll(async () => {
  serve = await startServe();
  const own = (met: boolean): Record<string, string> => ({ sla_target_ms: '50', sla_met: String(met) });
  for (let step = 1; step <= 10; step++) {
    const status = step === 10 ? { status: 'failed' } : {};
    await serve.ingest(
      {
        runId: `a-${step}`,
        start: step * 1000,
        end: step * 1000 + step * 10,
        found: committed(`a${step}`, 'n', { agent_name: 'a', workflow_name: 'flow', ...own(step <= 5), ...status }),
      },
      {
        runId: 'b',
        start: step * 5 * MINUTE,
        end: step * 5 * MINUTE + 50,
        found: committed(`b${step}`, 'm', { agent_name: 'b' }),
      },
    );
  }
  await serve.ingest(
    { runId: 'later', start: HOUR, end: HOUR + 7, found: committed('later', 'n', { agent_name: 'a' }) },
    { runId: 'denied', start: 0, end: 5, found: { ...committed('denied', 'n'), agent_name: 'a', status: 'blocked' } },
    { tenant: 'other', runId: 'x', start: 0, end: 5, found: committed('x', 'n', { agent_name: 'a' }) },
  );
  const targets = {
    any: { p95_ms: 95.5 },
    'of-a': { agent_name: 'a', p50_ms: 54.999999, p95_ms: 95.5, p99_ms: 100, error_rate: 0.05, min_count: 10 },
    'of-m': { node_id: 'm', window_seconds: '5m', p50_ms: 49, min_count: 1 },
    'of-a-at-x': { agent_name: 'a', node_id: 'x', p50_ms: 1, min_count: 1 },
    off: { agent_name: 'b', node_id: 'm', p50_ms: 1, min_count: 1, enabled: false },
  };
  for (const [id, target] of Object.entries(targets)) {
    expect((await serve.send('PUT', `/v1/sla/targets/${id}`, target)).status).toBe(200);
  }
});
afterAll(() => serve.stop());

test('a window has count, exact percentiles, error rate and what breaks its target', async () => {
  const { body } = await serve.get(`/v1/sla?${DAY}&agent=a`);
  expect(body).toMatchObject({ from: '2026-06-21T00:00:00.000Z', to: '2026-06-22T00:00:00.000Z' });
  expect(body.windows).toEqual([
    {
      agent_name: 'a',
      node_id: 'n',
      window_start: '2026-06-21T01:00:00.000000000Z',
      window_seconds: 3600,
      ...{ count: 1, error_count: 0, error_rate: 0, sla_met_count: 0, sla_missed_count: 0 },
      ...{ p50_ms: 7, p95_ms: 7, p99_ms: 7, min_ms: 7, max_ms: 7, mean_ms: 7 },
      ...{ target_id: 'of-a', target_p50_ms: 54.999999, target_p95_ms: 95.5, target_p99_ms: 100 },
      ...{ target_error_rate: 0.05, target_min_count: 10, breached: false, breaches: [] },
    },
    {
      agent_name: 'a',
      node_id: 'n',
      window_start: '2026-06-21T00:00:00.000000000Z',
      window_seconds: 3600,
      ...{ count: 10, error_count: 1, error_rate: 0.1, sla_met_count: 5, sla_missed_count: 5 },
      ...{ p50_ms: 55, p95_ms: 95.5, p99_ms: 99.1, min_ms: 10, max_ms: 100, mean_ms: 55 },
      ...{ target_id: 'of-a', target_p50_ms: 54.999999, target_p95_ms: 95.5, target_p99_ms: 100 },
      ...{ target_error_rate: 0.05, target_min_count: 10, breached: true, breaches: ['p50', 'error_rate'] },
    },
  ]);
});

test('windows are as long as their target says, unless asked otherwise', async () => {
  const { body } = await serve.get(`/v1/sla?${DAY}&node=m`);
  expect(body.windows).toHaveLength(10);
  expect(body.windows[0]).toMatchObject({ window_seconds: 300, count: 1, target_id: 'of-m', breaches: ['p50'] });
  const { body: hours } = await serve.get(`/v1/sla?${DAY}&window=1h`);
  expect(places(hours.windows)).toEqual(['01:00 a/n 1', '00:00 a/n 10', '00:00 b/m 10']);
  const { body: seconds } = await serve.get(`/v1/sla?${DAY}&window=86400`);
  expect(places(seconds.windows)).toEqual(['00:00 a/n 11', '00:00 b/m 10']);
});

test('a window is whole, though it begins before the end of the range; one that begins before it is not listed', async () => {
  const late = await serve.get('/v1/sla?from=2026-06-21T00:00:01Z&to=2026-06-21T01:00:01Z&agent=a');
  expect(places(late.body.windows)).toEqual(['01:00 a/n 1']);
  const early = await serve.get('/v1/sla?from=2026-06-20&to=2026-06-21T00:00:01Z&agent=a');
  expect(places(early.body.windows)).toEqual(['00:00 a/n 10']);
});

test('pages hold each window once, in order', async () => {
  const all = await serve.get(`/v1/sla?${DAY}`);
  for (const size of [1, 2, 5]) {
    const seen: Window[] = [];
    for (let token: string | null = ''; token !== null; ) {
      const { body } = await serve.get(`/v1/sla?${DAY}&limit=${size}${token === '' ? '' : `&page_token=${token}`}`);
      expect(body.windows.length).toBeLessThanOrEqual(size);
      seen.push(...body.windows);
      token = body.next_page_token;
    }
    expect(seen).toEqual(all.body.windows);
  }
});

test('the view says the same as the route', async () => {
  const { body } = await serve.get(`/v1/sla?${DAY}`);
  const result = await serve.client.query({
    query: `SELECT * EXCEPT (tenant, event_date) FROM sla WHERE tenant = 'default' ORDER BY window_start DESC, agent_name, node_id`,
    format: 'JSONEachRow',
    clickhouse_settings: { date_time_output_format: 'iso', output_format_json_quote_64bit_integers: 0 },
  });
  expect(await result.json()).toEqual(body.windows);
});

test('GET /sla takes the range as one window, of all agents, or of one node', async () => {
  const { body } = await serve.get(`/sla?${DAY}`);
  expect(body.truncated).toBe(false);
  expect(body.sla.map((one: Window) => [one.agent_name, one.node_id, one.count, one.target_id, one.breaches])).toEqual([
    ['a', 'n', 11, 'of-a', ['error_rate']],
    ['b', 'm', 10, 'of-m', ['p50']],
  ]);
  expect((await serve.get(`/sla?${DAY}&node_id=m`)).body.sla).toHaveLength(1);
  expect((await serve.get(`/sla?${DAY}&node_id=unknown`)).body.sla).toEqual([]);
  expect((await serve.get(`/sla?${DAY}&agent=a&node_id=m`)).body.sla).toEqual([]);
});

test('without a range the last 24 hours count', async () => {
  expect((await serve.get('/sla', 'recent')).body.sla).toEqual([]);
  const start = Date.now() - 1_782_000_000_000 - MINUTE;
  await serve.ingest({ tenant: 'recent', runId: 'r', start, end: start + 3, found: committed('s', 'now') });
  const { body } = await serve.get('/sla', 'recent');
  expect(body.sla).toMatchObject([{ agent_name: '', node_id: 'now', count: 1, target_id: '', breached: false }]);
  expect(Date.parse(body.to) - Date.parse(body.from)).toBe(24 * HOUR);
  expect((await serve.get('/v1/sla', 'recent')).body.windows).toMatchObject([{ node_id: 'now', count: 1 }]);
  expect((await serve.get('/v1/node-latency', 'recent')).body.nodes).toMatchObject([{ node_id: 'now', count: 1 }]);
});

test('the latency of nodes over all runs of a range, slowest first', async () => {
  const { body } = await serve.get(`/v1/node-latency?${DAY}`);
  expect(body.nodes).toEqual([
    expect.objectContaining({ node_id: 'n', count: 11, p50_ms: 50, p95_ms: 95, p99_ms: 99, min_ms: 7, error_count: 1 }),
    expect.objectContaining({ node_id: 'm', count: 10, p50_ms: 50, p95_ms: 50, p99_ms: 50, error_count: 0 }),
  ]);
  const nodesOf = async (filter: string): Promise<string[]> =>
    (await serve.get(`/v1/node-latency?${DAY}&${filter}`)).body.nodes.map(
      (node: Window) => `${node.node_id} ${node.count}`,
    );
  expect(await nodesOf('agent=b')).toEqual(['m 10']);
  expect(await nodesOf('workflow=flow')).toEqual(['n 10']);
  expect(await nodesOf('node=m')).toEqual(['m 10']);
  expect(await nodesOf('node=m&agent=a')).toEqual([]);
});
