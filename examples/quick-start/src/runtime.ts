import { type StepNode, StepRuntime } from '@spanledger/sdk';

const runtime = new StepRuntime({
  tenant: 'default',
  policy: {
    id: 'support',
    version: '3',
    rules: [
      { name: 'no-publish', action: 'deny', conditions: [{ field: 'node.id', operator: 'eq', value: 'publisher' }] },
    ],
  },
  budget: {
    limits: [
      { per: 'run', usd: 1 },
      { per: 'day', by: 'agent', usd: 20 },
    ],
  },
  execution: { timeoutMs: 30_000, retry: { attempts: 3 }, breaker: {} },
});

const planner: StepNode = { id: 'planner', kind: 'agent', run: ({ task }) => `a plan for ${task}` };
const publisher: StepNode = { id: 'publisher', kind: 'agent', run: () => 'published' };

for (const node of [planner, publisher]) {
  const outcome = await runtime.run({ task: 'a reply to customer 17', node });
  console.log(outcome.ok ? outcome.output.content : `${outcome.status} ${outcome.blockedBy}`);
}
