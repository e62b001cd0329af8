import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { governTool, StepBlockedError, StepRuntime } from '@spanledger/sdk';

const client = new Client({ name: 'desk', version: '1' });
const [command = '', ...args] = process.argv.slice(2);
await client.connect(new StdioClientTransport({ command, args }));

const runtime = new StepRuntime({
  tenant: 'default',
  policy: {
    id: 'desk',
    version: '1',
    rules: [
      { name: 'no-irreversible', action: 'deny', conditions: [{ field: 'risk.tier', operator: 'gte', value: 4 }] },
    ],
  },
  risk: {},
  tools: { allow: { 'order_*': {} } },
});

// Each tool of the server, to be given to a framework or called by name: every call is a step, at the risk that its hints say.
const { tools } = await client.listTools();
const governed = new Map(
  tools.map(({ name, description, annotations = {} }) => {
    const { readOnlyHint = false, destructiveHint = false } = annotations;
    const execute = (input: Record<string, unknown>) => client.callTool({ name, arguments: input });
    const one = { name, description, annotations: { readOnlyHint, destructiveHint }, execute };
    return [name, governTool(one, { runtime })];
  }),
);

await runtime.withRun({ workflow: 'mcp' }, async () => {
  console.log(JSON.stringify(await governed.get('order_state')?.execute({ id: 'A-1042' })));
  try {
    await governed.get('order_cancel')?.execute({ id: 'A-1042' });
  } catch (error) {
    if (!(error instanceof StepBlockedError)) throw error;
    console.log(error.outcome.blockedBy, error.outcome.record.blockRule);
  }
});
await client.close();
