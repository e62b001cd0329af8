import http from 'node:http';
import { BodySource } from '../bench/body-source.ts';

/** Spans of a request. */
export const SPANS = 100;

/** What was answered to clients that send again at once, whatever they are told. */
export interface Answers {
  /** Answers by HTTP status. */
  readonly statuses: Record<number, number>;
  /** Answers 429 and 503 without a Retry-After of 1 to 3 seconds. */
  readonly withoutWait: number;
  /** First words of refusals: their codes. */
  readonly codes: ReadonlySet<string>;
}

interface Answer {
  readonly status: number;
  readonly wait: number;
  readonly text: string;
}

function post(url: string, agent: http.Agent, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const request = http.request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject).on('end', () => {
        resolve({ status: response.statusCode ?? 0, wait: Number(response.headers['retry-after'] ?? 0), text });
      });
    });
    request.on('error', reject).end(body);
  });
}

/** Posts for some seconds from many clients, none of which waits. A connection that breaks fails the test. */
export async function impatientLoad(url: string, clients: number, seconds: number): Promise<Answers> {
  const bodies = new BodySource('json', SPANS);
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const statuses: Record<number, number> = {};
  const codes = new Set<string>();
  let withoutWait = 0;
  const until = performance.now() + seconds * 1000;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const { status, wait, text } = await post(url, agent, bodies.next());
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) continue;
      if (!(wait >= 1 && wait <= 3)) withoutWait += 1;
      codes.add(/"message":"([A-Z_]+)/.exec(text)?.[1] ?? text.slice(0, 100));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return { statuses, withoutWait, codes };
}
