import { govern, StepBlockedError, StepRuntime } from '@spanledger/sdk';

const runtime = new StepRuntime({
  tenant: 'default',
  policy: {
    id: 'support-desk',
    version: '1',
    rules: [
      { name: 'no-deletes', action: 'deny', conditions: [{ field: 'node.action', operator: 'eq', value: 'delete' }] },
    ],
  },
});

const summarise = govern(async (text: string) => `${text.slice(0, 17)}...`, { runtime, node: 'summarise' });
const purge = govern(async (customer: string) => `${customer} is gone`, { runtime, node: 'purge', action: 'delete' });

await runtime.withRun({ workflow: 'functions' }, async () => {
  console.log(await summarise('The parcel has not moved for eight days.'));
  try {
    await purge('customer 17');
  } catch (error) {
    if (!(error instanceof StepBlockedError)) throw error;
    console.log(error.outcome.blockedBy, error.outcome.record.blockRule);
  }
});
