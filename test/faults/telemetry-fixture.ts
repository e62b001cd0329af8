import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a scripted collector does with a request; `hang` never answers, `slow` takes its time and then takes the records. */
export type Answer = number | 'hang' | 'reset' | 'slow';

/** An OTLP receiver that answers as a test says. It looks at nothing: what is delivered is counted by who sends. */
export interface ScriptedCollector {
  readonly url: string;
  readonly requests: number;
  /** Decides the answer to the requests that come from now on. */
  answer: Answer;
  close(): Promise<void>;
}

function accept(reply: ServerResponse, status: number): void {
  reply.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
}

/** Starts a scripted collector on a free port of 127.0.0.1, or on one that is given. */
export async function startScripted(answer: Answer, port = 0): Promise<ScriptedCollector> {
  let requests = 0;
  const state = { answer };
  const server = createServer((request: IncomingMessage, reply: ServerResponse) => {
    requests += 1;
    request.resume().on('end', () => {
      if (state.answer === 'hang') return;
      if (state.answer === 'reset') request.destroy();
      else if (state.answer === 'slow') setTimeout(() => accept(reply, 200), 150);
      else accept(reply, state.answer);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    get answer() {
      return state.answer;
    },
    set answer(next: Answer) {
      state.answer = next;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
