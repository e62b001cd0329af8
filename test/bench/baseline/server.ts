/** The baseline, a process of its own: `node server.ts ENGINE_URL`. Prints its URL once it listens; SIGTERM ends it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { GroupedInserts } from './grouped-inserts.ts';
import type { PlainScope, PlainSpan } from './plain-span.ts';
import { rowText } from './row-text.ts';

const [engineUrl] = process.argv.slice(2);
if (engineUrl === undefined) throw new Error('usage: server ENGINE_URL');
const inserts = new GroupedInserts(engineUrl);

async function take(request: http.IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const receivedAt = String(BigInt(Date.now()) * 1_000_000n);
  const lines: string[] = [];
  const add = (span: PlainSpan, scope: PlainScope) => lines.push(rowText(span, scope, receivedAt));
  if (request.headers['content-type'] === 'application/json') decodeJson(body, add);
  else decodeProtobuf(body, add);
  await inserts.insert(lines);
}

const server = http.createServer((request, response) => {
  take(request).then(
    // An empty ExportTraceServiceResponse: all was accepted.
    () => response.end(request.headers['content-type'] === 'application/json' ? '{}' : ''),
    (error: Error) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
