import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A running sink of OTLP over HTTP. */
export interface Sink {
  readonly url: string;
  /** Names of the files written so far, in the order of arrival. */
  files(): readonly string[];
  /** Frees the port; throws the first error that a request met. */
  close(): Promise<void>;
}

/**
 * Starts a sink that writes each body of traces and logs as it came, only unzipped, to `NN-traces.pb` or `NN-logs.json` in a
 * folder. Metrics are taken and dropped. A body that holds one of the private texts is an error: bodies are committed.
 */
export async function startSink(folder: string, privateTexts: readonly string[]): Promise<Sink> {
  const files: string[] = [];
  const errors: Error[] = [];

  async function take(request: IncomingMessage): Promise<void> {
    const received = await buffer(request);
    const signal = /\/v1\/(traces|logs)$/.exec(request.url ?? '')?.[1];
    if (signal === undefined) return;
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(received) : received;
    const found = privateTexts.find((text) => body.includes(text));
    if (found !== undefined) throw new Error(`A body of ${signal} holds the private text ${JSON.stringify(found)}.`);
    const number = String(files.length + 1).padStart(2, '0');
    const file = `${number}-${signal}.${request.headers['content-type']?.includes('json') ? 'json' : 'pb'}`;
    files.push(file);
    await writeFile(path.join(folder, file), body);
  }

  const server = createServer((request, answer) => {
    take(request).then(
      () => {
        const type = request.headers['content-type'] ?? '';
        answer.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
      },
      (error: Error) => {
        errors.push(error);
        answer.writeHead(400).end(error.message);
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: () => files,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      if (errors[0] !== undefined) throw errors[0];
    },
  };
}
