import { StepRuntime } from '@spanledger/sdk';

// Calls the agent of another process from a governed step; its baggage goes to allowed hosts.
const runtime = new StepRuntime({ policy: { id: 'p', version: '1', rules: [] }, tenant: 'default' });
const ids = await runtime.withRun({ workflow: 'two-processes' }, async (run) => {
  const node = {
    id: 'delegate',
    run: async () => (await fetch(process.env['AGENT_URL'] ?? '', { method: 'POST' })).text(),
  };
  const outcome = await runtime.run({ task: 'ask the other agent', node });
  return { runId: run.id, answer: outcome.output.content };
});
console.log(JSON.stringify(ids));
