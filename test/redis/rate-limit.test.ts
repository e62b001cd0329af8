import { type RateLimit, rateLimitCheck } from '@spanledger/sdk/rate-limit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';
import { CLIENTS, type Client } from './clients.ts';
import { type RedisServer, startRedis } from './redis-fixture.ts';

let server: RedisServer;
const clients: Client[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

describe.each(['ioredis', 'redis'] as const)('rates in Redis, by %s', (name) => {
  /** An app of its own, as another process would be. */
  const app = async (limits: readonly RateLimit[], keyPrefix: string, timeoutMs?: number) => {
    const client = await CLIENTS[name](server.port);
    clients.push(client);
    const { redis, useRedisPackage } = client;
    const time = timeoutMs === undefined ? {} : { timeoutMs };
    const rateLimit = rateLimitCheck({ limits, redis, useRedisPackage, keyPrefix, ...time });
    return testRuntime({ rateLimit, tenant: 'acme', node: echo() });
  };

  test('are shared by all apps, and exact with steps side by side', async () => {
    const limits: RateLimit[] = [
      { by: 'tenant', steps: 70, seconds: 600 },
      { by: 'agent', steps: 60, seconds: 600 },
    ];
    const apps = await Promise.all([1, 2, 3, 4].map(() => app(limits, `${name}-shared`, 60_000)));
    const all = await Promise.all(
      apps.flatMap(({ runtime }) => Array.from({ length: 50 }, () => runtime.run({ task: 'x' }))),
    );
    expect(all.filter((outcome) => outcome.ok)).toHaveLength(60);
    expect(new Set(all.map((outcome) => outcome.blockedBy))).toEqual(new Set(['', 'rate_limit:over_rate']));
    // What the second limit denied is not counted by the first.
    const others = [];
    for (let n = 0; n < 12; n++) others.push(await apps[0]?.runtime.run({ task: 'x', node: echo({ id: 'other' }) }));
    expect(others.filter((outcome) => outcome?.ok)).toHaveLength(10);
  });

  test('deny while Redis is away, with a record that says why, and go on once it is back', async () => {
    const away = await startRedis();
    const client = await CLIENTS[name](away.port);
    clients.push(client);
    const { redis, useRedisPackage } = client;
    const limits: RateLimit[] = [{ by: 'all', steps: 1000, seconds: 600 }];
    const rateLimit = rateLimitCheck({ limits, redis, useRedisPackage, timeoutMs: 300 });
    const { runtime, eventNames, steps } = testRuntime({ rateLimit, node: echo() });
    expect(await runtime.run({ task: 'x' })).toMatchObject({ ok: true });
    await away.stop();
    const denied = await runtime.run({ task: 'x' });
    expect(denied).toMatchObject({ ok: false, verdict: 'reject', blockedBy: 'rate_limit:check_error' });
    expect(denied.record.blockReason).toBe('check_error: LimitStoreError');
    expect(eventNames()).toContain('spanledger.step.denied');
    expect(steps()[1]?.attributes['spanledger.status']).toBe('blocked');
    await away.restart();
    await expect.poll(async () => (await runtime.run({ task: 'x' })).ok, { timeout: 30_000 }).toBe(true);
    await away.stop();
  });

  test('deny when Redis does not answer, and keep no step waiting', async () => {
    const { runtime } = await app([{ by: 'all', steps: 1000, seconds: 600 }], `${name}-mute`, 100);
    await expect.poll(async () => (await runtime.run({ task: 'x' })).ok).toBe(true);
    server.pause();
    try {
      expect(await runtime.run({ task: 'x' })).toMatchObject({ blockedBy: 'rate_limit:check_error' });
    } finally {
      server.resume();
    }
  });
});
