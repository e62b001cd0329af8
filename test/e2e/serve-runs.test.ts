import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServeFixture, startServe } from './serve-fixture.ts';

let serve: ServeFixture;

const at = (second: number): string => `2026-06-21 00:00:${String(second).padStart(2, '0')}.000`;
const ids = async (query: string): Promise<string[]> => {
  const { status, body } = await serve.get(`/v1/runs?${query}`);
  expect(status).toBe(200);
  return body.runs.map((run: { run_id: string }) => run.run_id);
};

beforeAll(async () => {
  serve = await startServe();
  const ended = { ended_by: 'event', ended_status: 'completed' };
  await serve.settle('alpha', {
    ...ended,
    start_time: at(1),
    workflow_name: 'support',
    agent_names: ['triage', 'writer'],
    models: ['small-model'],
    verdicts: ['commit'],
    search_text: 'alpha support triage writer small-model',
  });
  await serve.settle('Beta', {
    ...ended,
    start_time: at(2),
    verdicts: ['commit', 'reject'],
    search_text: 'Beta 100%_sure',
  });
  await serve.settle("gam'ma\\", { start_time: at(3), search_text: "gam'ma\\ O'Brien C:\\temp ÄRGER" });
  await serve.settle('delta', { start_time: at(4), paused: true, search_text: 'delta 100 xsure' });
  await serve.settle('epsilon', {
    ended_by: 'event',
    ended_status: 'failed',
    start_time: at(4),
    search_text: 'epsilon',
  });
});
afterAll(() => serve.stop());

test('runs come newest first, and by id when they started together', async () => {
  expect(await ids('')).toEqual(['epsilon', 'delta', "gam'ma\\", 'Beta', 'alpha']);
});

test('filters keep the runs that match', async () => {
  expect(await ids('status=failed')).toEqual(['epsilon']);
  expect(await ids('status=paused')).toEqual(['delta']);
  expect(await ids('status=running')).toEqual(["gam'ma\\"]);
  expect(await ids('agent=writer')).toEqual(['alpha']);
  expect(await ids('agent=write')).toEqual([]);
  expect(await ids('workflow=support')).toEqual(['alpha']);
  expect(await ids('verdict=reject')).toEqual(['Beta']);
  expect(await ids('verdict=commit&status=completed')).toEqual(['Beta', 'alpha']);
});

test('from is included and to is not, as ISO-8601 or milliseconds', async () => {
  expect(await ids('from=2026-06-21T00:00:02Z&to=2026-06-21T00:00:04Z')).toEqual(["gam'ma\\", 'Beta']);
  expect(await ids('from=1782000002000&to=1782000004000')).toEqual(["gam'ma\\", 'Beta']);
  expect(await ids('from=2026-06-21T02:00:03.5%2B02:00')).toEqual(['epsilon', 'delta']);
  expect(await ids('to=2026-06-21')).toEqual([]);
});

test.each([
  ['ALPHA', ['alpha']],
  ['Small-Model', ['alpha']],
  ['100%', ['Beta']],
  ['%_', ['Beta']],
  ['100_', []],
  ["o'b", ["gam'ma\\"]],
  ['\\temp', ["gam'ma\\"]],
  ['\\', ["gam'ma\\"]],
  ['ärger', ["gam'ma\\"]],
  ["' OR 1=1 --", []],
  ["') UNION ALL SELECT * FROM run_rows --", []],
  ['{tenant:String}', []],
  ['%s %d \0 \n\t', []],
])('text %j is looked for as it is', async (text, expected) => {
  expect(await ids(`text=${encodeURIComponent(text)}`)).toEqual(expected);
});

test('pages hold every run once, and new runs do not shift them', async () => {
  const first = (await serve.get('/v1/runs?limit=2')).body;
  expect(first.runs.map((run: { run_id: string }) => run.run_id)).toEqual(['epsilon', 'delta']);
  await serve.settle('newest', { start_time: at(50) });
  const second = (await serve.get(`/v1/runs?limit=2&page_token=${first.next_page_token}`)).body;
  expect(second.runs.map((run: { run_id: string }) => run.run_id)).toEqual(["gam'ma\\", 'Beta']);
  const third = (await serve.get(`/v1/runs?limit=2&page_token=${second.next_page_token}`)).body;
  expect(third.runs.map((run: { run_id: string }) => run.run_id)).toEqual(['alpha']);
  expect(third.next_page_token).toBeNull();
  expect((await ids('limit=1'))[0]).toBe('newest');
});

test('a run is found by its id, whatever is in it', async () => {
  const { status, body } = await serve.get(`/v1/runs/${encodeURIComponent("gam'ma\\")}`);
  expect(status).toBe(200);
  expect(body.run_id).toBe("gam'ma\\");
  await serve.settle('a/b c%20?#', { start_time: at(5) });
  expect((await serve.get(`/v1/runs/${encodeURIComponent('a/b c%20?#')}`)).body.run_id).toBe('a/b c%20?#');
});

test('a run has all its totals, and null for what nobody said', async () => {
  await serve.settle('totals', {
    start_time: at(10),
    end_time: '2026-06-21 00:00:15.250000001',
    input_tokens: 600,
    output_tokens: 200,
    total_cost_usd: '1234567.123456789',
    total_carbon_gco2e: 0.25,
    step_count: 2,
  });
  const { body } = await serve.get('/v1/runs/totals');
  expect(body).toMatchObject({
    status: 'running',
    end_inferred: false,
    start_time: '2026-06-21T00:00:10.000000000Z',
    end_time: '2026-06-21T00:00:15.250000001Z',
    total_tokens: 800,
    total_cost_usd: 1234567.123456789,
    total_carbon_gco2: 0.25,
    mean_confidence: null,
    step_count: 2,
  });
  expect(body.duration_ms).toBeCloseTo(5250.000001, 6);
});
