import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { BodySource } from './body-source.ts';

/** What a load is. */
export interface LoadOptions {
  /** Base URL of what is loaded. */
  readonly url: string;
  readonly bodies: BodySource;
  /** Clients that send one request after the other, each over a connection of its own. */
  readonly clients: number;
  /** No request begins later. */
  readonly seconds: number;
  /** No request begins once so many spans were sent; default: no bound. */
  readonly spans?: number;
}

/** What came of a load. */
export interface LoadResult {
  /** Acknowledged spans and requests. */
  readonly spans: number;
  readonly requests: number;
  /** From the first request to the last acknowledgement. */
  readonly seconds: number;
  /** Answers 429 and 503, after which the request was sent again. */
  readonly refusals: number;
  /** From the first time that a request was sent until it was acknowledged, milliseconds. */
  readonly latencies: readonly number[];
}

interface Answer {
  readonly status: number;
  readonly retryAfterSeconds: number;
  readonly text: string;
}

function post(url: string, agent: http.Agent, contentType: string, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': body.length };
    const request = http.request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject).on('end', () => {
        const retryAfterSeconds = Number(response.headers['retry-after'] ?? 1);
        resolve({ status: response.statusCode ?? 0, retryAfterSeconds, text });
      });
    });
    request.on('error', reject).end(body);
  });
}

/**
 * Posts bodies to `/v1/traces` with several clients. What is answered with 429 or 503 is sent again after its Retry-After.
 * @throws {Error} on any other answer than 200
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { url, bodies, clients } = options;
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const contentType = bodies.encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  const latencies: number[] = [];
  let refusals = 0;
  let sent = 0;
  const begin = performance.now();
  const until = begin + options.seconds * 1000;
  const most = options.spans ?? Number.POSITIVE_INFINITY;
  const client = async (): Promise<void> => {
    while (performance.now() < until && sent < most) {
      const body = bodies.next();
      sent += bodies.spans;
      const start = performance.now();
      for (;;) {
        const answer = await post(url, agent, contentType, body);
        if (answer.status === 200) break;
        if (answer.status !== 429 && answer.status !== 503) {
          throw new Error(`${url} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
        }
        refusals++;
        await delay(answer.retryAfterSeconds * 1000);
      }
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - begin) / 1000;
  agent.destroy();
  return { spans: latencies.length * bodies.spans, requests: latencies.length, seconds, refusals, latencies };
}
