import type { ReceiverLimits } from '../../collector/src/receive/context.ts';
import {
  type AppendOutcome,
  type Authenticate,
  type Encoding,
  type Receiver,
  type RequestObservation,
  type Signal,
  startReceiver,
} from '../../collector/src/receive/index.ts';
import type { Answer } from '../otlp/answers.ts';

/** A body that came through the receiver. */
export interface Submission {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  readonly tenant: string;
}

/** What the next stage does with a body in a test. */
type Respond = (submission: Submission) => AppendOutcome | Promise<AppendOutcome>;

/** Options of a receiver under test. */
export interface TestReceiverOptions {
  readonly respond?: Respond;
  readonly limits?: Partial<ReceiverLimits>;
  readonly authenticate?: Authenticate;
  readonly allowedOrigins?: readonly string[];
  readonly allowedHosts?: readonly string[];
}

/** A receiver on free ports with a next stage that keeps everything in memory. */
export interface TestReceiver {
  readonly receiver: Receiver;
  readonly url: string;
  readonly grpcPort: number;
  readonly submissions: Submission[];
  readonly observations: RequestObservation[];
  readonly logged: string[];
  stop(): Promise<void>;
}

/** The outcome of a body without fault. */
export const ALL_ACCEPTED: AppendOutcome = { kind: 'accepted', accepted: 1, rejected: 0, message: '' };

/** Starts a receiver whose API answers 200 `api`. */
export async function startTestReceiver(options: TestReceiverOptions = {}): Promise<TestReceiver> {
  const { respond = () => ALL_ACCEPTED, ...rest } = options;
  const submissions: Submission[] = [];
  const observations: RequestObservation[] = [];
  const logged: string[] = [];
  const receiver = await startReceiver({
    ...rest,
    ingest: {
      submit: async (signal, encoding, body, tenant) => {
        const submission = { signal, encoding, body, tenant };
        submissions.push(submission);
        return respond(submission);
      },
    },
    api: (_request, response) => {
      response.end('api');
    },
    log: { error: (_fields, message) => logged.push(message) },
    httpPort: 0,
    grpcPort: 0,
    onRequest: (observation) => observations.push(observation),
  });
  const url = `http://127.0.0.1:${receiver.httpPort}`;
  const grpcPort = receiver.grpcPort ?? 0;
  return { receiver, url, grpcPort, submissions, observations, logged, stop: () => receiver.stop(1000) };
}

/** An answer with all that tests look at. */
export interface HttpAnswer extends Answer {
  readonly status: number;
  readonly headers: Headers;
}

/** Posts bytes or text with the headers given and no other Content-Type. */
export async function post(
  url: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return answerOf(await fetch(url, { method: 'POST', body: bytes, headers }));
}

/** Reads a response to its end. */
export async function answerOf(response: Response): Promise<HttpAnswer> {
  const { status, headers } = response;
  return { status, headers, contentType: headers.get('content-type'), body: await response.bytes() };
}

export const PROTOBUF = { 'content-type': 'application/x-protobuf' } as const;
export const JSON_TYPE = { 'content-type': 'application/json' } as const;
