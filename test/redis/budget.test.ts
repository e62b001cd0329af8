import type { BudgetLimit, NodeOutput, RuntimeOptions } from '@spanledger/sdk';
import { redisBudgetStore } from '@spanledger/sdk/redis-budget';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';
import { CLIENTS, type Client } from './clients.ts';
import { type RedisServer, startRedis } from './redis-fixture.ts';

let server: RedisServer;
let prefixes = 0;
const clients: Client[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

const spending = (costUsd: number, estimateUsd?: number, id = 'echo') =>
  echo({
    id,
    run: async (): Promise<NodeOutput> => ({ content: 'x', costUsd }),
    ...(estimateUsd === undefined ? {} : { estimate: { costUsd: estimateUsd } }),
  });

describe.each(['ioredis', 'redis'] as const)('budgets in Redis, by %s', (name) => {
  /** Apps of their own that share their budgets, as other processes would. */
  const apps = async (count: number, limits: readonly BudgetLimit[], more: Partial<RuntimeOptions['budget']> = {}) => {
    const keyPrefix = `${name}-${++prefixes}`;
    return Promise.all(
      Array.from({ length: count }, async () => {
        const client = await CLIENTS[name](server.port);
        clients.push(client);
        const { redis, useRedisPackage } = client;
        const store = redisBudgetStore({ redis, useRedisPackage, keyPrefix, timeoutMs: 60_000 });
        return testRuntime({ budget: { limits, store, ...more } });
      }),
    );
  };

  test('allow what reaches the limit and deny what goes over, in whichever app', async () => {
    const [one, two] = await apps(2, [{ per: 'run', usd: 0.3 }]);
    const run = (app: typeof one, node: ReturnType<typeof spending>, runId = 'r') =>
      app?.runtime.run({ task: 'x', runId, node });
    expect(await run(one, spending(0.1, 0.1))).toMatchObject({ ok: true });
    const last = await run(two, spending(0.2, 0.2));
    expect(last?.record).toMatchObject({ status: 'completed', budgetLimitUsd: 0.3, budgetSpentUsd: 0.3 });
    const over = await run(one, spending(0, 0.000_000_001));
    expect(over).toMatchObject({ verdict: 'reject', blockedBy: 'budget:over_usd' });
    expect(over?.record).toMatchObject({ blockRule: 'run', budgetLimitUsd: 0.3, budgetSpentUsd: 0.3 });
    expect(await run(one, spending(0.1, 0.1), 'other')).toMatchObject({ ok: true });
  });

  test('are exact with steps of all apps side by side, in several accounts at once', async () => {
    const limits: BudgetLimit[] = [
      { per: 'day', usd: 1, steps: 900 },
      { per: 'day', by: 'node', usd: 0.03 },
    ];
    const all = await apps(4, limits);
    const outcomes = await Promise.all(
      all.flatMap(({ runtime }) =>
        Array.from({ length: 25 }, (_, n) => runtime.run({ task: 'x', node: spending(0.001, 0.001, `n${n % 2}`) })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(60);
    expect(new Set(outcomes.map((outcome) => outcome.blockedBy))).toEqual(new Set(['', 'budget:over_usd']));
    // What one account denied was put aside in none.
    const third = await all[0]?.runtime.run({ task: 'x', node: spending(0, 0.03, 'n3') });
    expect(third?.record).toMatchObject({ status: 'completed' });
  });

  test('put all that is left aside where a step gives no estimate, unless told not to', async () => {
    const side = async (withoutEstimate: 'rest' | 'nothing') => {
      const all = await apps(3, [{ per: 'day', usd: 1 }], { withoutEstimate });
      let started = 0;
      let go = (): void => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      const node = echo({
        run: async (): Promise<NodeOutput> => {
          started += 1;
          await gate;
          return { content: 'x', costUsd: 0.1 };
        },
      });
      const [first, ...others] = all.map(
        ({ runtime }) =>
          () =>
            runtime.run({ task: 'x', node }),
      );
      const running = first?.();
      await expect.poll(() => started).toBe(1);
      const beside = others.map((other) => other());
      if (withoutEstimate === 'nothing') await expect.poll(() => started).toBe(3);
      else await Promise.all(beside);
      go();
      const outcomes = [...(await Promise.all([running, ...beside])), await first?.()];
      return outcomes.map((outcome) => outcome?.ok);
    };
    expect(await side('rest')).toEqual([true, false, false, true]);
    expect(await side('nothing')).toEqual([true, true, true, true]);
  });

  test('give back what a step that is denied, fails or is aborted put aside', async () => {
    const [app] = await apps(1, [{ per: 'day', usd: 1 }]);
    const node = (run: () => Promise<string>) => echo({ run, estimate: { costUsd: 1 } });
    const signal = AbortSignal.abort();
    const good = node(async () => 'x');
    const failing = node(() => Promise.reject(new Error('no')));
    expect(await app?.runtime.run({ task: 'x'.repeat(2_000_000), node: good })).toMatchObject({ status: 'blocked' });
    expect(await app?.runtime.run({ task: 'x', node: failing })).toMatchObject({ status: 'failed' });
    expect(await app?.runtime.run({ task: 'x', node: good, signal })).toMatchObject({ status: 'cancelled' });
    expect(await app?.runtime.run({ task: 'x', node: good })).toMatchObject({ ok: true });
  });

  test('withhold what was overspent, in a step and together, and warn once of all apps', async () => {
    const all = await apps(2, [
      { per: 'day', usd: 1, warnAt: 0.5 },
      { per: 'step', usd: 0.5 },
    ]);
    const run = (at: number, costUsd: number, estimateUsd?: number) =>
      all[at]?.runtime.run({ task: 'x', node: spending(costUsd, estimateUsd) });
    expect(await run(0, 0.25, 0.25)).toMatchObject({ ok: true });
    expect(await run(1, 0.25, 0.25)).toMatchObject({ ok: true });
    expect(await run(0, 0.25, 0.25)).toMatchObject({ ok: true });
    const warnings = all.flatMap(({ events }) =>
      events().filter(({ name: event }) => event.endsWith('budget_warning')),
    );
    expect(warnings.map(({ attributes }) => attributes['spanledger.event.reason'])).toEqual(['near_limit: day']);
    expect(await run(1, 0.6, 0.1)).toMatchObject({ blockedBy: 'budget:overspent_usd', record: { costUsd: 0.6 } });
    expect(await run(0, 0.01, 0.01)).toMatchObject({ blockedBy: 'budget:over_usd' });
    expect(await run(0, 0, 0.6)).toMatchObject({ blockedBy: 'budget:over_usd', record: { blockRule: 'step' } });
  });
});

test('Redis that goes away denies before a step, and takes no output back after it', async () => {
  const away = await startRedis();
  const client = await CLIENTS.ioredis(away.port);
  clients.push(client);
  const store = redisBudgetStore({ redis: client.redis, timeoutMs: 300 });
  const { runtime, eventNames } = testRuntime({ budget: { limits: [{ per: 'day', usd: 1 }], store } });
  const during = await runtime.run({
    task: 'x',
    node: echo({
      run: async () => {
        await away.stop();
        return { content: 'x', costUsd: 0.1 };
      },
    }),
  });
  expect(during).toMatchObject({ ok: true });
  expect(during.record.checks.find((check) => check.name === 'budget')).toMatchObject({
    outcome: 'error',
    reason: 'check_error',
  });
  const denied = await runtime.run({ task: 'x', node: spending(0.1, 0.1) });
  expect(denied).toMatchObject({ ok: false, verdict: 'reject', blockedBy: 'budget:check_error' });
  expect(denied.record.blockReason).toBe('check_error: LimitStoreError');
  expect(eventNames()).toContain('spanledger.step.denied');
  await away.restart();
  await expect
    .poll(async () => (await runtime.run({ task: 'x', node: spending(0, 0) })).ok, { timeout: 30_000 })
    .toBe(true);
  await away.stop();
});

test('what is no client, or no time, is refused', () => {
  const refused = expect.objectContaining({ code: 'BUDGET_STORE' });
  expect(() => redisBudgetStore({ redis: {} })).toThrow(refused);
  expect(() => redisBudgetStore({ redis: { evalsha: () => {} }, leaseMs: 0 })).toThrow(refused);
});

test('a step that was taken for lost is booked, in the end, with what it used; telling it twice changes nothing', async () => {
  const redis = new Redis(server.port, '127.0.0.1');
  const store = redisBudgetStore({ redis, keyPrefix: 'late', timeoutMs: 60_000 });
  const entry = { account: 'a', keepSeconds: 600, most: [100], warnFrom: [80], wanted: [40], ifLost: [40] };
  const spent = async (id: string) => (await store.reserve(id, [{ ...entry, wanted: [0], ifLost: [0] }])).states[0];
  const answer = await store.reserve('slow', [entry]);
  expect(answer.states).toEqual([{ spent: [0], reserved: [40], own: [40] }]);
  expect(await store.reserve('slow', [entry])).toEqual(answer);
  await redis.zadd('late:{budget}:a:leases', 0, 'slow');
  expect(await spent('other')).toEqual({ spent: [40], reserved: [0], own: [0] });
  for (const used of [[10], [10]]) {
    expect(await store.settle('slow', [entry], [used])).toMatchObject([{ spent: [10], reserved: [0] }]);
  }
  expect(await redis.ttl('late:{budget}:a')).toBeGreaterThan(500);
  redis.disconnect();
});

test('amounts of billions of dollars lose no billionth', async () => {
  const client = await CLIENTS.ioredis(server.port);
  clients.push(client);
  const store = redisBudgetStore({ redis: client.redis, keyPrefix: 'large', timeoutMs: 60_000 });
  const most = 9_000_000_000_000_000;
  const entry = { account: 'a', keepSeconds: 0, most: [most], warnFrom: [most], wanted: [most - 1], ifLost: [0] };
  await store.reserve('one', [entry]);
  expect(await store.settle('one', [entry], [[most - 1]])).toMatchObject([{ spent: [most - 1], warns: false }]);
  expect((await store.reserve('two', [{ ...entry, wanted: [2] }])).over).toEqual({ entry: 0, measure: 0 });
  expect((await store.reserve('three', [{ ...entry, wanted: [1] }])).over).toBeUndefined();
});
