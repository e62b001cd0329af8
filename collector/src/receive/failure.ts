import { ACCEPTED_MEDIA_TYPES } from './content-type.ts';
import type { AppendOutcome } from './ingest.ts';

/** A request that is not accepted, in the terms of both transports. */
export interface Failure {
  /** HTTP status. Of those used here clients send again after 503 only. */
  readonly httpStatus: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 503;
  /** google.rpc.Code, which is also the gRPC status. */
  readonly grpcCode: number;
  /** Stable code in capitals, first word of the message that is sent. */
  readonly code: string;
  /** What was wrong and what to do, in English. */
  readonly message: string;
  /** Path inside the body, for the BadRequest detail. */
  readonly field?: string;
  /** Whole seconds; set means: send it again later. */
  readonly retryAfterSeconds?: number;
  /** Further HTTP headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** google.rpc.Code */
const CODE = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const LEAST_RETRY_SECONDS = 1;
const MOST_RETRY_SECONDS = 3;

/** The body can't be understood. */
export function badRequest(code: string, message: string, field?: string): Failure {
  const failure: Failure = { httpStatus: 400, grpcCode: CODE.invalidArgument, code, message };
  return field === undefined ? failure : { ...failure, field };
}

/** No key was sent, or one that is unknown. */
export function unauthorized(): Failure {
  return {
    httpStatus: 401,
    grpcCode: CODE.unauthenticated,
    code: 'UNAUTHORIZED',
    message:
      'send a valid key as "Authorization: Bearer <key>" or "X-API-Key: <key>", for example by OTEL_EXPORTER_OTLP_HEADERS',
    headers: { 'www-authenticate': 'Bearer realm="spanledger"' },
  };
}

/** The key is known and may not write. */
export function forbidden(): Failure {
  return {
    httpStatus: 403,
    grpcCode: CODE.permissionDenied,
    code: 'FORBIDDEN',
    message: 'this key may not send telemetry; it needs the scope "ingest"',
  };
}

/** A signal of OTLP that is not stored here. 404, so that clients do not send it again. */
export function unservedSignal(name: string): Failure {
  const advice = name === 'metrics' ? '; set OTEL_METRICS_EXPORTER=none in the application to stop sending them' : '';
  return {
    httpStatus: 404,
    grpcCode: CODE.unimplemented,
    code: 'SIGNAL_NOT_SERVED',
    message: `${name} are not stored here, only traces and logs${advice}`,
  };
}

/** OTLP paths take POST. */
export function methodNotAllowed(method: string, path: string): Failure {
  return {
    httpStatus: 405,
    grpcCode: CODE.unimplemented,
    code: 'METHOD_NOT_ALLOWED',
    message: `${path} takes POST, not ${method}`,
    headers: { allow: 'POST' },
  };
}

/** The body is over a limit; the same body will never pass. */
export function tooLarge(message: string): Failure {
  return { httpStatus: 413, grpcCode: CODE.resourceExhausted, code: 'BODY_TOO_LARGE', message };
}

/** A Content-Type other than protobuf and JSON, or none. */
export function unsupportedMediaType(header: string | undefined): Failure {
  const found =
    header === undefined ? 'the request has no Content-Type' : `Content-Type "${header.slice(0, 100)}" is not known`;
  return {
    httpStatus: 415,
    grpcCode: CODE.invalidArgument,
    code: 'CONTENT_TYPE_UNSUPPORTED',
    message: `${found}; send application/x-protobuf or application/json`,
    headers: { accept: ACCEPTED_MEDIA_TYPES },
  };
}

/** A Content-Encoding that can't be undone here. */
export function unsupportedContentEncoding(header: string, known: string): Failure {
  return {
    httpStatus: 415,
    grpcCode: CODE.invalidArgument,
    code: 'CONTENT_ENCODING_UNSUPPORTED',
    message: `Content-Encoding "${header.slice(0, 100)}" is not known; send one of ${known}, or none`,
    headers: { 'accept-encoding': known },
  };
}

/**
 * Nothing is wrong with the body, but it is not stored: the client must send it again. OTel JS has 10 s in all and gives up when it
 * is told to wait longer than it has left, so that the wait is kept within 1-3 s.
 */
export function unavailable(
  code: string,
  message: string,
  retryAfterSeconds: number = jitteredRetrySeconds(),
): Failure {
  const whole = Math.ceil(Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : MOST_RETRY_SECONDS);
  const within = Math.min(MOST_RETRY_SECONDS, Math.max(LEAST_RETRY_SECONDS, whole));
  return { httpStatus: 503, grpcCode: CODE.unavailable, code, message, retryAfterSeconds: within };
}

/** The failure for an outcome of the next stage that is not `accepted`. */
export function failureOf(outcome: Exclude<AppendOutcome, { kind: 'accepted' }>): Failure {
  switch (outcome.kind) {
    case 'bad_request':
      return badRequest(outcome.code, outcome.message, outcome.field);
    case 'too_large':
      return tooLarge(outcome.message);
    case 'unavailable':
      return unavailable(outcome.code ?? 'STORE_UNAVAILABLE', outcome.message, outcome.retryAfterSeconds);
  }
}

// Clients refused in the same moment must not all come back in the same moment.
function jitteredRetrySeconds(): number {
  return LEAST_RETRY_SECONDS + Math.floor(Math.random() * (MOST_RETRY_SECONDS - LEAST_RETRY_SECONDS + 1));
}
