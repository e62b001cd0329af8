import { type StepNode, StepRuntime } from '@spanledger/sdk';

const refund: StepNode = { id: 'refund', riskTier: 4, run: ({ task }) => `done: ${task}` };
const start = (): StepRuntime =>
  new StepRuntime({
    tenant: 'default',
    policy: { id: 'desk', version: '1', rules: [] },
    risk: { approvalTier: 4 },
    digestKey: 'a key that your processes share',
  });

// One process asks, and ends. What waits stands in your database, here a map.
const waiting = new Map<string, string>();
const asking = start();
const { humanContext } = await asking.run({ task: 'refund 5 to customer 17', runId: 'refund-17', node: refund });
if (humanContext !== undefined) waiting.set('refund-17', asking.suspend(humanContext.ticket));

// Another one hears of the decision.
const suspended = waiting.get('refund-17') ?? '';
waiting.delete('refund-17');
const deciding = start();
const outcome = await deciding.withRun({ workflow: 'refunds', runId: 'refund-17' }, () =>
  deciding.resumeSuspended(suspended, { approved: true, by: 'ada', reason: 'a loyal customer' }, { node: refund }),
);
console.log(outcome.record.attempt, outcome.output.content);
