import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { governMcpClient, StepBlockedError, StepRuntime } from '@spanledger/sdk';

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

const client = governMcpClient(new Client({ name: 'desk', version: '1' }), { runtime, server: 'orders' });
const [command = '', ...args] = process.argv.slice(2);
await client.connect(new StdioClientTransport({ command, args }));
// What the server says of its tools is remembered.
await client.listTools();

await runtime.withRun({ workflow: 'mcp' }, async () => {
  console.log(JSON.stringify(await client.callTool({ name: 'order_state', arguments: { id: 'A-1042' } })));
  try {
    await client.callTool({ name: 'order_cancel', arguments: { id: 'A-1042' } });
  } catch (error) {
    if (!(error instanceof StepBlockedError)) throw error;
    console.log(error.outcome.blockedBy, error.outcome.record.blockRule);
  }
});
await client.close();
