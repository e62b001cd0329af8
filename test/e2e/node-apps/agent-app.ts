import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation } from '@opentelemetry/api';
import { StepRuntime } from '@spanledger/sdk';

// An agent behind HTTP: each request is a governed step. It answers with the baggage that was left for its own callees.
const runtime = new StepRuntime({ policy: { id: 'p', version: '1', rules: [] }, tenant: 'default' });
const server = http.createServer(async (_request, answer) => {
  const outcome = await runtime.run({ task: 'work', node: { id: 'remote', run: () => 'done' } });
  const entries = propagation.getBaggage(context.active())?.getAllEntries() ?? [];
  answer.end(JSON.stringify({ runId: outcome.record.runId, baggage: entries.map(([name]) => name) }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
