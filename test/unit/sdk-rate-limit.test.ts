import { type RateLimit, rateLimitCheck } from '@spanledger/sdk/rate-limit';
import { expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

function limited(limits: readonly RateLimit[]) {
  return testRuntime({ rateLimit: rateLimitCheck({ limits }), tenant: 'acme' }).runtime;
}

test('the last step of a window is allowed, the next denied, by who is counted', async () => {
  const runtime = limited([{ by: 'node', steps: 2, seconds: 600 }]);
  const run = async (id: string) => (await runtime.run({ task: 'x', node: echo({ id }) })).blockedBy;
  expect([await run('a'), await run('a'), await run('a'), await run('b')]).toEqual([
    '',
    '',
    'rate_limit:over_rate',
    '',
  ]);
});

test('a thousand steps side by side are counted exactly', async () => {
  const runtime = limited([
    { by: 'tenant', steps: 700, seconds: 600 },
    { by: 'agent', steps: 600, seconds: 600 },
  ]);
  const outcomes = await Promise.all(Array.from({ length: 1000 }, () => runtime.run({ task: 'x', node: echo() })));
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(600);
  // What the second limit denied is not counted by the first: another agent has its hundred.
  const others = await Promise.all(
    Array.from({ length: 200 }, () => runtime.run({ task: 'x', node: echo({ id: 'other' }) })),
  );
  expect(others.filter((outcome) => outcome.ok)).toHaveLength(100);
  expect(others.at(-1)?.record).toMatchObject({ blockCheck: 'rate_limit', blockRule: 'tenant_600s' });
});

test('tools are counted by name, and steps without one not at all', async () => {
  const runtime = limited([{ by: 'tool', steps: 1, seconds: 600 }]);
  const run = async (name?: string) =>
    (await runtime.run({ task: 'x', node: echo(), ...(name === undefined ? {} : { tool: { name } }) })).ok;
  expect([await run('a'), await run('a'), await run('b'), await run(), await run()]).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});

test('a store that does not answer denies', async () => {
  const redis = {
    defineCommand: () => {},
    rlflxIncr: () => Promise.reject(new Error('connection refused')),
    status: 'ready',
  };
  const check = rateLimitCheck({ limits: [{ by: 'all', steps: 5, seconds: 1 }], redis });
  const { runtime } = testRuntime({ rateLimit: check, node: echo() });
  expect(await runtime.run({ task: 'x' })).toMatchObject({ ok: false, blockedBy: 'rate_limit:check_error' });
});

test('limits that can not be meant are refused', () => {
  expect(() => limited([{ by: 'all', steps: 0, seconds: 1 }])).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
});
