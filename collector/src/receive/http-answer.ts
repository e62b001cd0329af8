import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeAccepted, encodeFailure } from './answer.ts';
import { discardRest } from './body.ts';
import { type ContentType, FALLBACK_CONTENT_TYPE } from './content-type.ts';
import type { Failure } from './failure.ts';
import type { Handled } from './http-request.ts';

const DISCARD_MILLISECONDS = 2000;

/** Answers 200 with an Export<Signal>ServiceResponse. */
export function sendAccepted(
  response: ServerResponse,
  contentType: ContentType,
  handled: Extract<Handled, { kind: 'accepted' }>,
  headers: Readonly<Record<string, string>>,
): void {
  const { signal, accepted } = handled;
  send(response, 200, encodeAccepted(signal, contentType.encoding, accepted.rejected, accepted.message), {
    ...headers,
    'content-type': contentType.mediaType,
  });
}

/** Answers 4xx or 503 with a google.rpc.Status, in JSON when the request named no known encoding. */
export function sendFailure(
  request: IncomingMessage,
  response: ServerResponse,
  contentType: ContentType = FALLBACK_CONTENT_TYPE,
  failure: Failure,
  headers: Readonly<Record<string, string>>,
): void {
  // A client that waits for 100 Continue may or may not send its body now, so that the connection can't be used again.
  const undecided = request.headers.expect !== undefined && !request.complete;
  send(response, failure.httpStatus, encodeFailure(contentType.encoding, failure), {
    ...headers,
    ...failure.headers,
    ...(failure.retryAfterSeconds === undefined ? {} : { 'retry-after': String(failure.retryAfterSeconds) }),
    ...(undecided ? { connection: 'close' } : {}),
    'content-type': contentType.mediaType,
  });
  discardRest(request, DISCARD_MILLISECONDS);
}

/** Ends a response; nothing happens when the client has gone. */
export function send(
  response: ServerResponse,
  status: number,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': String(body.length) });
  response.end(body);
}
