import { ensureError } from '../errors.ts';
import type { RequestHeaders } from '../keys/credential.ts';
import type { ReceiveContext } from './context.ts';
import { type Failure, failureOf, forbidden, unauthorized, unavailable } from './failure.ts';
import type { AppendOutcome, Encoding, Signal } from './ingest.ts';

/** The answer that ends a request. */
export interface Stop {
  readonly kind: 'stop';
  readonly failure: Failure;
}

/** A step that gives a value, or ends the request. */
export type Step<T> = { readonly kind: 'go'; readonly value: T } | Stop;

/** Goes on with a value. */
function go<T>(value: T): Step<T> {
  return { kind: 'go', value };
}

/** Ends the request. */
export function stop(failure: Failure): Stop {
  return { kind: 'stop', failure };
}

/** The tenant of a request, by its headers alone. */
export async function admit(context: ReceiveContext, headers: RequestHeaders): Promise<Step<string>> {
  if (context.isStopping()) return stop(unavailable('STOPPING', 'the collector is stopping; send again'));
  const identity = await context.authenticate(headers);
  switch (identity.kind) {
    case 'tenant':
      return go(identity.tenant);
    case 'unauthorized':
      return stop(unauthorized());
    case 'forbidden':
      return stop(forbidden());
  }
}

/** The outcome `accepted` of the next stage. */
export type Accepted = Extract<AppendOutcome, { kind: 'accepted' }>;

/** Hands a body on. What is thrown there is a fault of ours, not of the data, so that the client must send again. */
export async function submit(
  context: ReceiveContext,
  signal: Signal,
  encoding: Encoding,
  body: Uint8Array,
  tenant: string,
): Promise<Step<Accepted>> {
  try {
    const outcome = await context.ingest.submit(signal, encoding, body, tenant);
    return outcome.kind === 'accepted' ? go(outcome) : stop(failureOf(outcome));
  } catch (thrown) {
    return stop(internalFault(context, thrown));
  }
}

/** Logs a fault of ours and answers 503: a 500 is never sent again by OTLP clients, so it would lose the data. */
export function internalFault(context: ReceiveContext, thrown: unknown): Failure {
  context.log.error(
    { err: ensureError(thrown), code: 'RECEIVE_FAULT' },
    'a request failed unexpectedly; it was answered 503',
  );
  return unavailable('RECEIVE_FAULT', 'the collector failed unexpectedly; its log says why; send again');
}

/** 503 because all memory for bodies is in use. */
export function overloaded(): Failure {
  return unavailable('OVERLOADED', 'too many bytes are in flight; send again');
}
