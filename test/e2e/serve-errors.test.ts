import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClient } from '../../collector/src/engine/open-client.ts';
import { createApi } from '../../collector/src/serve/app.ts';
import { createStore } from '../../collector/src/serve/store.ts';
import { committed, type ServeFixture, startServe } from './serve-fixture.ts';

let serve: ServeFixture;

beforeAll(async () => {
  serve = await startServe();
  await serve.ingest({ runId: 'run-1', found: committed('step-1', 'node') });
  await serve.settle('run-1');
});
afterAll(() => serve.stop());

test.each([
  ['/v1/runs?limit=0', 'limit', '1'],
  ['/v1/runs?limit=-1', 'limit', 'whole number'],
  ['/v1/runs?limit=ten', 'limit', 'whole number'],
  ['/v1/runs?limit=', 'limit', 'whole number'],
  ['/v1/runs?limit=1&limit=2', 'limit', ''],
  ['/v1/runs?from=yesterday', 'from', 'ISO-8601'],
  ['/v1/runs?from=2026-06-21T00:00:00', 'from', 'Z or an offset'],
  ['/v1/runs?from=2026-06-21T00:00:00+02:00', 'from', '%2B'],
  ['/v1/runs?to=2026-13-45', 'to', 'ISO-8601'],
  ['/v1/runs?to=-5', 'to', 'ISO-8601'],
  ['/v1/runs?to=9999999999999999', 'to', '2255'],
  ['/v1/runs?status=done', 'status', 'completed'],
  ['/v1/runs?verdict=block', 'verdict', 'reject'],
  ['/v1/runs?text=', 'text', 'empty'],
  [`/v1/runs?text=${'x'.repeat(1025)}`, 'text', '1024'],
  ['/v1/runs?agent=', 'agent', 'empty'],
  ['/v1/runs?workflow=', 'workflow', 'empty'],
  ['/v1/runs?page_token=abc', 'page_token', 'next_page_token'],
  ['/v1/runs?page_token=W10', 'page_token', 'next_page_token'],
  ['/v1/runs?page_token=%27%3B', 'page_token', 'next_page_token'],
  ['/v1/runs?tenant=other', 'tenant', 'not a parameter'],
  ['/v1/runs/run-1?verbose=1', 'verbose', 'not a parameter'],
  ['/v1/runs/run-1/steps?limit=x', 'limit', 'whole number'],
  ['/v1/runs/run-1/steps?status=failed', 'status', 'not a parameter'],
  ['/v1/runs/run-1/steps?page_token=x', 'page_token', 'next_page_token'],
  ['/v1/runs/run-1/spans?limit=0', 'limit', 'whole number'],
  ['/v1/runs/run-1/audit-trail?page_token=x', 'page_token', 'next_page_token'],
  ['/v1/runs/run-1/node-latency?node=x', 'node', 'not a parameter'],
  ['/v1/runs/run-1/policy-violations?limit=1', 'limit', 'not a parameter'],
  ['/v1/runs/run-1/summary?x=', 'x', 'not a parameter'],
  ['/v1/runs/run-1/report?format=csv', 'format', 'not a parameter'],
  ['/v1/runs/run-1/events?limit=1.5', 'limit', 'whole number'],
  ['/v1/steps/step-1?attempt=first', 'attempt', 'whole number'],
  ['/v1/steps/step-1?include=everything', 'include', 'content'],
  ['/v1/steps/step-1?run_id=', 'run_id', 'empty'],
  ['/v1/status?x=1', 'x', 'not a parameter'],
  ['/v1/sla?window=7m', 'window', 'a day must be a multiple'],
  ['/v1/sla?window=30s', 'window', 'from 1m to 1d'],
  ['/v1/sla?window=2d', 'window', 'from 1m to 1d'],
  ['/v1/sla?page_token=W10', 'page_token', 'next_page_token'],
  ['/v1/sla?from=2026-06-21&to=2026-06-21', 'from', 'before to'],
  ['/v1/sla?from=2025-01-01&to=2026-06-21', 'from', '400 days'],
  ['/sla?node=x', 'node', 'not a parameter'],
  ['/sla?from=2026-06-22&to=2026-06-21', 'from', 'before to'],
  ['/v1/node-latency?from=2025-01-01&to=2026-06-21', 'from', '400 days'],
  ['/v1/policy-violations?blocked=yes', 'blocked', 'true'],
  ['/v1/policy-violations?from=2200-01-01', 'from', 'before to'],
  ['/v1/sla/targets?agent=a', 'agent', 'not a parameter'],
  ['/v1/sla/targets/a%20b', 'target_id', 'letters'],
])('%s is refused by the name of its parameter', async (url, parameter, allowed) => {
  const { status, body } = await serve.get(url);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'BAD_PARAMETER', parameter });
  expect(body.error.message).toContain(parameter);
  expect(body.error.message).toContain(allowed);
});

test('a token of the list of runs is none of a list of steps', async () => {
  const token = Buffer.from(JSON.stringify([1, '0', 'run-1'])).toString('base64url');
  const { status, body } = await serve.get(`/v1/runs/run-1/steps?page_token=${token}`);
  expect(status).toBe(400);
  expect(body.error.parameter).toBe('page_token');
});

test('limits beyond the most are the most', async () => {
  expect((await serve.get('/v1/runs?limit=999999999')).status).toBe(200);
});

test.each([
  '',
  '/steps',
  '/spans',
  '/audit-trail',
  '/node-latency',
  '/policy-violations',
  '/summary',
  '/report',
  '/events',
  '/graph',
  '/graph?format=dot',
])('an unknown run is not found: %s', async (path) => {
  const { status, body } = await serve.get(`/v1/runs/no%20such%22run${path}`);
  expect(status).toBe(404);
  expect(body.error).toMatchObject({ code: 'RUN_NOT_FOUND', parameter: 'run_id' });
  expect(body.error.message).toContain('no such');
});

test.each(['/v1/steps/none', '/v1/steps/step-1?run_id=none', '/v1/steps/step-1?attempt=9'])(
  'an unknown step is not found: %s',
  async (url) => {
    const { status, body } = await serve.get(url);
    expect(status).toBe(404);
    expect(body.error.code).toBe('STEP_NOT_FOUND');
  },
);

test.each(['/', '/v1', '/v1/run', '/v1/runs/run-1/nothing', '/v2/runs', '/v1/runs/'])('there is no %s', async (url) => {
  const { status, body } = await serve.get(url);
  expect(status).toBe(404);
  expect(body.error.code).toBe('ROUTE_NOT_FOUND');
});

test('there is no way to write', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect((await serve.api.request('/v1/runs', { method })).status).toBe(404);
  }
});

test('the status comes from the collector', async () => {
  const { status, body } = await serve.get('/v1/status');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    origin: 1,
    watermark: '18446744073709551615',
    projected: '18446744073709551615',
    settled: '5',
    refusing: null,
    engine: { state: 'ready' },
  });
});

test('an engine that is away is said so, to be tried again', async () => {
  const client = openClient({ url: new URL('http://127.0.0.1:1'), user: 'default', password: '' }, 'spanledger');
  const response = await createApi({ store: createStore(client), status: serve.status }).request('/v1/runs');
  await client.close();
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(await response.json()).toEqual({
    error: { code: 'ENGINE_UNAVAILABLE', message: 'The engine does not answer; try again in a moment.' },
  });
});

test('a query beyond its bounds is said so', async () => {
  const store = createStore(serve.client, { maxMemoryBytes: 1 });
  const response = await createApi({ store, status: serve.status }).request('/v1/runs');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: 'QUERY_LIMIT_REACHED' } });
});

test('an error of our own is answered without detail and reported', async () => {
  const reported: Error[] = [];
  const status = () => Promise.reject(new TypeError('secret detail'));
  const store = createStore(serve.client);
  const api = createApi({ store, status, onError: (error) => reported.push(error) });
  const response = await api.request('/v1/status');
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(reported.map((error) => error.message)).toEqual(['secret detail']);
  expect(serve.errors).toEqual([]);
});
