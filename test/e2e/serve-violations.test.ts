import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocked, committed, type ServeFixture, startServe } from './serve-fixture.ts';

let serve: ServeFixture;
const DAY = 'from=2026-06-21&to=2026-06-22';

interface Violation {
  run_id: string;
  step_id: string;
  rule_name: string;
}

// Seven blocked steps of two rules in three runs, one step with two denials of which none blocked, one that went through.
beforeAll(async () => {
  serve = await startServe();
  for (let step = 0; step < 7; step++) {
    const rule = step < 4 ? 'no-publish' : 'no-delete';
    const agent_name = step % 2 === 0 ? 'even' : 'odd';
    await serve.ingest({
      runId: `run-${step % 3}`,
      start: Math.floor(step / 2) * 1000,
      end: Math.floor(step / 2) * 1000 + 5,
      found: blocked(`s${step}`, `node-${step}`, { block_rule: rule, agent_name }),
    });
  }
  const two = {
    checks_name: '["risk","taint","policy"]',
    checks_outcome: '["deny","pass","deny"]',
    checks_reason: '["high","","soft"]',
  };
  await serve.ingest(
    { runId: 'run-9', start: 10_000, end: 10_001, found: committed('warned', 'node-9', two) },
    { runId: 'run-9', start: 11_000, end: 11_001, found: committed('fine', 'node-9') },
    { tenant: 'other', runId: 'theirs', start: 0, found: blocked('theirs', 'n') },
  );
});
afterAll(() => serve.stop());

test('violations of all runs, newest first, with counts by rule', async () => {
  const { status, body } = await serve.get(`/v1/policy-violations?${DAY}`);
  expect(status).toBe(200);
  expect(body.violations.map((one: Violation) => `${one.run_id} ${one.step_id} ${one.rule_name}`)).toEqual([
    'run-9 warned policy',
    'run-9 warned risk',
    'run-0 s6 no-delete',
    'run-2 s5 no-delete',
    'run-1 s4 no-delete',
    'run-0 s3 no-publish',
    'run-2 s2 no-publish',
    'run-1 s1 no-publish',
    'run-0 s0 no-publish',
  ]);
  expect(body.violations[0]).toMatchObject({ reason: 'soft', check_name: 'policy', blocked: false });
  expect(body.violations[1]).toMatchObject({ reason: 'high', check_name: 'risk', blocked: false });
  expect(body.violations[2]).toMatchObject({
    reason: 'may not publish',
    check_name: 'policy',
    blocked: true,
    agent_name: 'even',
  });
  expect(body.count).toBe(9);
  expect(body.rules).toEqual([
    { rule_name: 'no-publish', count: 4, blocked_count: 4 },
    { rule_name: 'no-delete', count: 3, blocked_count: 3 },
    { rule_name: 'policy', count: 1, blocked_count: 0 },
    { rule_name: 'risk', count: 1, blocked_count: 0 },
  ]);
});

test.each([
  ['rule=no-delete', 3],
  ['check=risk', 1],
  ['check=policy', 8],
  ['agent=odd', 3],
  ['node=node-3', 1],
  ['blocked=false', 2],
  ['blocked=true', 7],
  ['blocked=true&agent=even&rule=no-publish', 2],
  ['rule=none', 0],
])('the filter %s lets %i through', async (filter, count) => {
  const { body } = await serve.get(`/v1/policy-violations?${DAY}&${filter}`);
  expect([body.count, body.violations.length]).toEqual([count, count]);
});

test('pages hold each violation once, and all count all', async () => {
  const all = await serve.get(`/v1/policy-violations?${DAY}`);
  for (const size of [1, 2, 4]) {
    const seen: Violation[] = [];
    for (let token: string | null = ''; token !== null; ) {
      const page = token === '' ? '' : `&page_token=${token}`;
      const { body } = await serve.get(`/v1/policy-violations?${DAY}&limit=${size}${page}`);
      expect(body.count).toBe(9);
      seen.push(...body.violations);
      token = body.next_page_token;
    }
    expect(seen).toEqual(all.body.violations);
  }
});

test('a range ends before its end', async () => {
  const count = async (from: string, to: string): Promise<number> =>
    (await serve.get(`/v1/policy-violations?from=2026-06-21T00:00:${from}Z&to=2026-06-21T00:00:${to}Z`)).body.count;
  expect(await count('00', '01')).toBe(2);
  expect(await count('01', '01.001')).toBe(2);
  expect(await count('04', '10')).toBe(0);
});

test('a step that started far from its arrival is in the range of its start', async () => {
  const start = -400 * 86_400_000;
  await serve.ingest({ tenant: 'late', runId: 'r', start, end: start + 9, found: blocked('old', 'n') });
  const { body } = await serve.get('/v1/policy-violations?from=2025-05-01&to=2025-06-01', 'late');
  expect(body.violations).toMatchObject([{ step_id: 'old' }]);
});
