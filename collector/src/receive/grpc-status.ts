import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { encodeFailure, shorten } from './answer.ts';
import type { Failure } from './failure.ts';

// Many clients take 8 KiB of headers; a longer text would break the whole answer.
const DETAILS_LIMIT = 1024;

/** The gRPC status, with the whole google.rpc.Status as OTLP/gRPC asks: RetryInfo in it tells clients to wait and send again. */
export function grpcStatus(failure: Failure): StatusObject {
  const metadata = new Metadata();
  const details = shorten(`${failure.code}: ${failure.message}`, DETAILS_LIMIT);
  const field = failure.field === undefined ? {} : { field: shorten(failure.field, DETAILS_LIMIT) };
  const short: Failure = { ...failure, ...field, message: shorten(failure.message, DETAILS_LIMIT) };
  metadata.set('grpc-status-details-bin', Buffer.from(encodeFailure('protobuf', short)));
  return { code: failure.grpcCode, details, metadata };
}
