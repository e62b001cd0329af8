import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { redisBudgetStore } from '@spanledger/sdk/redis-budget';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';
import { CLIENTS, type Client } from './clients.ts';
import { type RedisServer, startRedis } from './redis-fixture.ts';

let server: RedisServer;
let client: Client;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  server = await startRedis();
  client = await CLIENTS.ioredis(server.port);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  client.close();
  await server.stop();
});

function start(mode: 'spend' | 'hang', prefix: string) {
  const app = path.join(import.meta.dirname, 'apps/spending-app.ts');
  const argv = ['--conditions=source', app, mode, String(server.port), prefix];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const ended = once(child, 'close').then(() => running.delete(child));
  const line = once(createInterface(child.stdout), 'line').then(([text]) => JSON.parse(String(text)) as unknown);
  return { child, ended, line };
}

test('processes that spend at the same time spend the budget, and no more', async () => {
  const spent = await Promise.all([1, 2, 3].map(() => start('spend', 'together').line));
  const total = spent.reduce<{ ok: number; denied: number }>(
    (sum, one) => {
      const { ok, denied } = one as { ok: number; denied: number };
      return { ok: sum.ok + ok, denied: sum.denied + denied };
    },
    { ok: 0, denied: 0 },
  );
  expect(total).toEqual({ ok: 250, denied: 50 });
});

test('what a process that was killed had put aside is booked with its estimate, and the rest can be spent', async () => {
  const store = redisBudgetStore({ redis: client.redis, keyPrefix: 'killed', timeoutMs: 60_000 });
  const { runtime } = testRuntime({ budget: { limits: [{ per: 'day', usd: 1 }], store } });
  const spend = (costUsd: number) =>
    runtime.run({ task: 'x', node: echo({ run: () => ({ content: 'x', costUsd }) }), estimate: { costUsd } });
  const { child, ended, line } = start('hang', 'killed');
  await line;
  // It lives, and what it has put aside stays so for longer than the lease.
  const redis = new Redis(server.port, '127.0.0.1');
  const [account = ''] = await redis.keys('killed:*:leases');
  const leasedUntil = async () => Number((await redis.zrange(account, '0', '0', 'WITHSCORES'))[1]);
  const first = await leasedUntil();
  await expect.poll(leasedUntil, { timeout: 30_000 }).toBeGreaterThan(first + 500);
  redis.disconnect();
  expect(await spend(0.7)).toMatchObject({ blockedBy: 'budget:over_usd', record: { budgetSpentUsd: 0 } });
  child.kill('SIGKILL');
  await ended;
  await expect.poll(async () => (await spend(0)).record.budgetSpentUsd, { timeout: 30_000 }).toBe(0.4);
  expect(await spend(0.61)).toMatchObject({ blockedBy: 'budget:over_usd' });
  expect(await spend(0.6)).toMatchObject({ ok: true, record: { budgetSpentUsd: 1 } });
});
