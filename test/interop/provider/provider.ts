import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type MessagesRequest, messages } from './anthropic-messages.ts';
import type { BilledRequest } from './bill.ts';
import { type GenerateContentRequest, generateContent } from './gemini-content.ts';
import { type ChatRequest, chatCompletion } from './openai-chat.ts';
import { type EmbeddingsRequest, embeddings } from './openai-embeddings.ts';
import { type ResponsesRequest, response } from './openai-responses.ts';
import type { NextId, Reply } from './reply.ts';

/** A model that does not exist: a request for it is answered with 404 and not billed. */
export const UNKNOWN_MODEL = 'no-such-model';

/** A running provider. */
export interface Provider {
  /** Base URL without `/v1`. */
  readonly url: string;
  /** What it billed so far, oldest first. */
  bill(): readonly BilledRequest[];
  /** Ends open connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an LLM provider on 127.0.0.1 that speaks OpenAI's chat completions, responses and embeddings, Anthropic's messages and
 * Gemini's contents, each with its stream and with one call of each offered tool. Usage, ids and texts are the same in every recording.
 *
 * @throws an `EADDRINUSE` error when the port is taken. Port 0 takes any free one.
 */
export async function startProvider(port: number): Promise<Provider> {
  const bill: BilledRequest[] = [];
  const counts = new Map<string, number>();
  const nextId: NextId = (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return `${prefix}_${count}`;
  };
  const server = createServer((request, answer) => {
    json(request)
      .then((body) => {
        const path = new URL(request.url ?? '', 'http://provider').pathname;
        const model = (body as { model?: string }).model ?? '';
        const reply = model === UNKNOWN_MODEL || path.includes(UNKNOWN_MODEL) ? undefined : replyTo(path, body, nextId);
        if (reply !== undefined) bill.push(reply.bill);
        send(answer, reply, `The model ${model} or the path ${path} does not exist.`);
      })
      .catch((error: unknown) => answer.writeHead(400).end(String(error)));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bill: () => bill,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function replyTo(path: string, body: unknown, nextId: NextId): Reply | undefined {
  if (path === '/v1/chat/completions') return chatCompletion(body as ChatRequest, nextId);
  if (path === '/v1/responses') return response(body as ResponsesRequest, nextId);
  if (path === '/v1/embeddings') return embeddings(body as EmbeddingsRequest);
  if (/\/models\/[^/]+:\w+$/.test(path)) return generateContent(path, body as GenerateContentRequest, nextId);
  if (path === '/v1/messages') return messages(body as MessagesRequest, nextId);
  return undefined;
}

function send(answer: ServerResponse, reply: Reply | undefined, missing: string): void {
  if (reply === undefined) {
    // The fields of both OpenAI's and Anthropic's errors.
    const error = { message: missing, type: 'not_found_error', param: null, code: 'model_not_found' };
    answer.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ type: 'error', error }));
    return;
  }
  if (reply.events === undefined) {
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    return;
  }
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const { event, data } of reply.events) {
    if (event !== undefined) answer.write(`event: ${event}\n`);
    answer.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }
  answer.end();
}
