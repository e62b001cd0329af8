import { afterAll, beforeAll, expect, test } from 'vitest';
import { from, sql } from '../../collector/src/serve/sql.ts';
import { createStore } from '../../collector/src/serve/store.ts';
import { blocked, committed, type ServeFixture, startServe } from './serve-fixture.ts';

let serve: ServeFixture;
const digest = 'cd'.repeat(32);

// Two tenants use the same run, step, trace and span ids; `owner-only` exists for the one only.
beforeAll(async () => {
  serve = await startServe();
  for (const tenant of ['crimson', 'cobalt']) {
    const spanId = '00000000000000aa';
    const found = blocked('step', `${tenant}-node`, { input: digest });
    const content = [{ digest, text: `${tenant} secret` }];
    await serve.ingest({ tenant, runId: 'shared', spanId, name: `${tenant}-span`, found, content });
    await serve.settle('shared', { tenant, workflow_name: `${tenant}-flow`, search_text: `${tenant} shared` });
  }
  await serve.ingest({ tenant: 'crimson', runId: 'owner-only', found: committed('crimson-step', 'crimson-node') });
  await serve.settle('owner-only', { tenant: 'crimson' });
});
afterAll(() => serve.stop());

const ofARun = [
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
  '/graph?include_history=true',
];

test.each([...ofARun.map((path) => `/v1/runs/shared${path}`), '/v1/runs', '/v1/steps/step?include=content'])(
  '%s shows a tenant its own rows only',
  async (url) => {
    const crimson = await serve.get(url, 'crimson');
    const cobalt = await serve.get(url, 'cobalt');
    expect([crimson.status, cobalt.status]).toEqual([200, 200]);
    expect(JSON.stringify(crimson.body)).not.toContain('cobalt');
    expect(JSON.stringify(cobalt.body)).not.toContain('crimson');
    if (!url.endsWith('/node-latency')) expect(JSON.stringify(cobalt.body)).toContain('cobalt');
  },
);

test.each(ofARun)("another tenant's run is unknown: %s", async (path) => {
  expect((await serve.get(`/v1/runs/owner-only${path}`, 'crimson')).status).toBe(200);
  const answer = await serve.get(`/v1/runs/owner-only${path}`, 'cobalt');
  expect(answer.status).toBe(404);
  expect(answer.body.error.code).toBe('RUN_NOT_FOUND');
});

test("another tenant's step is unknown", async () => {
  expect((await serve.get('/v1/steps/crimson-step', 'crimson')).status).toBe(200);
  expect((await serve.get('/v1/steps/crimson-step', 'cobalt')).status).toBe(404);
});

test.each(["crimson' OR '1'='1", "x') OR tenant IN ('crimson", '', 'CRIMSON', 'crimson\0', 'crimson '])(
  'tenant %j sees nothing',
  async (tenant) => {
    const read = createStore(serve.client).reader(tenant);
    expect(await read(sql`SELECT run_id FROM ${from('runs')}`)).toEqual([]);
    expect(await createStore(serve.client).reader('crimson')(sql`SELECT run_id FROM ${from('runs')}`)).toHaveLength(2);
  },
);
