import type { Failure } from './failure.ts';
import type { Encoding, Signal } from './ingest.ts';
import { integerField, messageField, stringField } from './wire-writer.ts';

/**
 * Most UTF-16 units of a message that is sent. Even if JSON writes each of them as `\u0000` the answer stays far below the 4 MiB that
 * OTLP clients must read.
 */
const MESSAGE_LIMIT: number = 64 * 1024;

const SHORTENED = '... (shortened)';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';
const REJECTED_NAME: Readonly<Record<Signal, string>> = { traces: 'rejectedSpans', logs: 'rejectedLogRecords' };
const encoder = new TextEncoder();

/**
 * Export<Signal>ServiceResponse: empty when all was accepted (0 bytes, or `{}`), else with `partial_success`. The messages of both
 * signals have the same field numbers (OTLP, "Partial Success").
 */
export function encodeAccepted(signal: Signal, encoding: Encoding, rejected: number, message: string): Uint8Array {
  const empty = rejected === 0 && message === '';
  const text = shorten(message);
  if (encoding === 'json') {
    // proto3 JSON writes int64 as a string and leaves a zero out.
    const count = rejected === 0 ? {} : { [REJECTED_NAME[signal]]: String(rejected) };
    return encoder.encode(JSON.stringify(empty ? {} : { partialSuccess: { ...count, errorMessage: text } }));
  }
  // ExportTraceServiceResponse.partial_success = 1 { rejected_spans = 1; error_message = 2 }
  return empty ? new Uint8Array() : messageField(1, integerField(1, rejected), stringField(2, text));
}

/** google.rpc.Status with the details BadRequest (when a field is named) and RetryInfo (when to be sent again). */
export function encodeFailure(encoding: Encoding, failure: Failure): Uint8Array {
  const message = shorten(`${failure.code}: ${failure.message}`);
  return encoding === 'json' ? jsonStatus(failure, message) : protobufStatus(failure, message);
}

/** Cuts a message to `limit` UTF-16 units, never inside a surrogate pair, and says so. */
export function shorten(message: string, limit: number = MESSAGE_LIMIT): string {
  if (message.length <= limit) return message;
  const kept = message.slice(0, limit - SHORTENED.length);
  const endsInHighSurrogate = /[\ud800-\udbff]$/.test(kept);
  return (endsInHighSurrogate ? kept.slice(0, -1) : kept) + SHORTENED;
}

function jsonStatus(failure: Failure, message: string): Uint8Array {
  const details: object[] = [];
  if (failure.field !== undefined) {
    const fieldViolations = [{ field: shorten(failure.field), description: shorten(failure.message) }];
    details.push({ '@type': `${TYPE_PREFIX}BadRequest`, fieldViolations });
  }
  if (failure.retryAfterSeconds !== undefined) {
    details.push({ '@type': `${TYPE_PREFIX}RetryInfo`, retryDelay: `${failure.retryAfterSeconds}s` });
  }
  const status = { code: failure.grpcCode, message };
  return encoder.encode(JSON.stringify(details.length === 0 ? status : { ...status, details }));
}

// Status { code = 1; message = 2; repeated Any details = 3 }
function protobufStatus(failure: Failure, message: string): Uint8Array {
  const parts = [integerField(1, failure.grpcCode), stringField(2, message)];
  if (failure.field !== undefined) {
    // BadRequest { field_violations = 1 { field = 1; description = 2 } }
    const violation = [stringField(1, shorten(failure.field)), stringField(2, shorten(failure.message))];
    parts.push(detail('BadRequest', messageField(1, ...violation)));
  }
  if (failure.retryAfterSeconds !== undefined) {
    // RetryInfo { retry_delay = 1 { seconds = 1 } }
    parts.push(detail('RetryInfo', messageField(1, integerField(1, failure.retryAfterSeconds))));
  }
  return Buffer.concat(parts);
}

// Any { type_url = 1; value = 2 }
function detail(type: string, value: Uint8Array): Uint8Array {
  return messageField(3, stringField(1, TYPE_PREFIX + type), messageField(2, value));
}
