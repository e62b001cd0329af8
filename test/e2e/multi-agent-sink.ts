import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span or a log record as the sink received it, with its attributes as plain values. */
export interface Received {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: Record<string, unknown>;
  readonly status?: { readonly code?: number };
  readonly events?: readonly { readonly name: string }[];
  readonly body?: unknown;
}

/** An OTLP/JSON receiver that keeps everything. */
export interface Sink {
  readonly url: string;
  readonly spans: Received[];
  readonly logs: Received[];
  /** Service names seen in resources. */
  readonly services: Set<unknown>;
  close(): Promise<void>;
}

interface Value {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: Value[] };
}
type Attribute = { key: string; value: Value };

function plain(value: Value): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}

const attributesOf = (list: Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));

/** Starts a sink on a free port. `status` is what it answers. */
export async function startSink(status = 200): Promise<Sink> {
  const spans: Received[] = [];
  const logs: Received[] = [];
  const services = new Set<unknown>();
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString());
    for (const part of [...(body.resourceSpans ?? []), ...(body.resourceLogs ?? [])]) {
      services.add(attributesOf(part.resource.attributes)['service.name']);
      for (const { spans: some = [], logRecords = [] } of [...(part.scopeSpans ?? []), ...(part.scopeLogs ?? [])]) {
        for (const span of some) spans.push({ ...span, attributes: attributesOf(span.attributes) });
        for (const log of logRecords)
          logs.push({ ...log, name: log.eventName ?? '', attributes: attributesOf(log.attributes) });
      }
    }
    reply.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    logs,
    services,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
