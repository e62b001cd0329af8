import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChatRequest, Reply } from './local-llm-endpoints.ts';
import { chatCompletion, embeddings, response } from './local-llm-endpoints.ts';
import type { TokenUsage } from './local-llm-usage.ts';
import { addUsage, NO_USAGE } from './local-llm-usage.ts';

/**
 * Header that asks the local LLM for an error: `429 once run-1/writer` fails the first request with just this value,
 * `500 always` every one. Failed requests are not billed.
 */
export const FAULT_HEADER = 'x-local-llm-fault';

/** A request that the local LLM answered. */
export interface LlmRequest {
  readonly path: string;
  readonly status: number;
}

/** A running local LLM. */
export interface LocalLlm {
  /** Base URL for the OpenAI client, with `/v1`. */
  readonly url: string;
  /** The requests answered so far, oldest first. */
  requests(): readonly LlmRequest[];
  /** The sum of the tokens that successful requests cost. */
  billed(): TokenUsage;
  /** Ends open connections and frees the port. */
  close(): Promise<void>;
}

/** Options of {@link startLocalLlm}. */
export interface LocalLlmOptions {
  /** Port on 127.0.0.1. Default 0: any free one. */
  readonly port?: number;
  /** Milliseconds to wait before each answer. Default 0. */
  readonly latencyMs?: number;
}

/**
 * Starts a server that speaks OpenAI's chat completions, responses and embeddings, with scripted answers.
 *
 * @example
 * const llm = await startLocalLlm();
 * const client = new OpenAI({ baseURL: llm.url, apiKey: 'local' });
 * @throws an `EADDRINUSE` error when the port is taken.
 */
export async function startLocalLlm(options: LocalLlmOptions = {}): Promise<LocalLlm> {
  const requests: LlmRequest[] = [];
  const faultsDone = new Set<string>();
  let billed = NO_USAGE;

  async function handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body: unknown = await json(request);
    await pause(options.latencyMs ?? 0);
    const status = faultStatus(request, faultsDone);
    const answer = status === undefined ? answerAt(path, body) : undefined;
    if (answer === undefined) {
      requests.push({ path, status: status ?? 404 });
      return sendError(reply, status ?? 404);
    }
    billed = addUsage(billed, answer.usage);
    requests.push({ path, status: 200 });
    send(reply, answer);
  }

  const server = createServer((request, reply) => {
    handle(request, reply).catch((error: unknown) => {
      requests.push({ path: request.url ?? '', status: 400 });
      sendError(reply, 400, String(error));
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    billed: () => billed,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answerAt(path: string, body: unknown): Reply | undefined {
  if (path === '/v1/chat/completions') return chatCompletion(body as ChatRequest);
  if (path === '/v1/responses') return response(body as Parameters<typeof response>[0]);
  if (path === '/v1/embeddings') return embeddings(body as Parameters<typeof embeddings>[0]);
  return undefined;
}

function faultStatus(request: IncomingMessage, done: Set<string>): number | undefined {
  const wish = request.headers[FAULT_HEADER];
  const parts = typeof wish === 'string' ? /^(\d{3}) (once|always)/.exec(wish) : null;
  if (typeof wish !== 'string' || parts === null || done.has(wish)) return undefined;
  if (parts[2] === 'once') done.add(wish);
  return Number(parts[1]);
}

function send(reply: ServerResponse, answer: Reply): void {
  if (answer.chunks === undefined) {
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    return;
  }
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of answer.chunks) reply.write(`data: ${JSON.stringify(chunk)}\n\n`);
  reply.end('data: [DONE]\n\n');
}

function sendError(reply: ServerResponse, status: number, message = `the local LLM answers ${status}`): void {
  const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error';
  const body = JSON.stringify({ error: { message, type, code: String(status), param: null } });
  reply.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
