import { StepRuntime } from '@spanledger/sdk';
import { redisBudgetStore } from '@spanledger/sdk/redis-budget';
import { Redis } from 'ioredis';

// An app that spends from a budget that others spend from too. `spend` runs steps side by side and prints how many were allowed;
// `hang` says that a step runs, and never ends it.

const [mode, port = '', prefix = ''] = process.argv.slice(2);
const redis = new Redis(Number(port), '127.0.0.1');
const store = redisBudgetStore({ redis, keyPrefix: prefix, timeoutMs: 60_000, leaseMs: 500 });
const runtime = new StepRuntime({
  policy: { id: 'p', version: '1', rules: [] },
  budget: { limits: [{ per: 'day', usd: 1 }], store },
});

if (mode === 'spend') {
  const estimate = { costUsd: 0.004 };
  const run = async () => ({ content: 'x', costUsd: 0.004 });
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => runtime.run({ task: 'x', node: { id: 'n', estimate, run } })),
  );
  const denied = outcomes.filter(({ blockedBy }) => blockedBy === 'budget:over_usd').length;
  process.stdout.write(`${JSON.stringify({ ok: outcomes.filter(({ ok }) => ok).length, denied })}\n`);
  redis.disconnect();
} else {
  const run = (): Promise<string> => {
    process.stdout.write('{}\n');
    return new Promise(() => {});
  };
  await runtime.run({ task: 'x', node: { id: 'n', estimate: { costUsd: 0.4 }, timeoutMs: 600_000, run } });
}
