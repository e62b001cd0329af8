import { type handleUnaryCall, Metadata, Server, type ServerUnaryCall, type StatusObject } from '@grpc/grpc-js';
import { type Accepted, admit, internalFault, overloaded, type Step, stop, submit } from './admit.ts';
import { encodeAccepted, encodeFailure, shorten } from './answer.ts';
import type { RequestHeaders } from './authentication.ts';
import type { ReceiveContext } from './context.ts';
import { type Failure, unservedSignal } from './failure.ts';
import { LOGS_SERVICE, METRICS_SERVICE, TRACE_SERVICE } from './grpc-services.ts';
import type { Signal } from './ingest.ts';

type Call = ServerUnaryCall<Buffer, Buffer>;

// A message is counted against the budget only once it is whole, so that the number of streams of a connection is bounded too.
const MAX_STREAMS = 32;
// gRPC headers hold 8 KiB in many clients; a longer text would break the whole answer.
const DETAILS_LIMIT = 1024;

/** The server of port 4317, not yet bound. gzip and the size limit, on the wire and after it, are grpc-js's own. */
export function createGrpcServer(context: ReceiveContext): Server {
  const server = new Server({
    'grpc.max_receive_message_length': context.limits.bodyBytes,
    'grpc.max_concurrent_streams': MAX_STREAMS,
  });
  server.addService(TRACE_SERVICE, { Export: exportHandler(context, 'traces') });
  server.addService(LOGS_SERVICE, { Export: exportHandler(context, 'logs') });
  server.addService(METRICS_SERVICE, { Export: refuseMetrics(context) });
  return server;
}

function exportHandler(context: ReceiveContext, signal: Signal): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    void handle(context, signal, call).then((handled) => {
      if (handled.kind === 'go') {
        const { rejected, message } = handled.value;
        callback(null, Buffer.from(encodeAccepted(signal, 'protobuf', rejected, message)));
      } else {
        callback(statusObject(handled.failure));
      }
      const statusCode = handled.kind === 'go' ? 0 : handled.failure.grpcCode;
      const bytes = handled.kind === 'go' ? call.request.length : 0;
      context.onRequest({ signal, transport: 'grpc', encoding: 'protobuf', statusCode, bytes });
    });
  };
}

async function handle(context: ReceiveContext, signal: Signal, call: Call): Promise<Step<Accepted>> {
  const lease = context.budget.lease();
  try {
    const tenant = await admit(context, headersOf(call.metadata));
    if (tenant.kind === 'stop') return tenant;
    if (!lease.take(call.request.length)) return stop(overloaded());
    return await submit(context, signal, 'protobuf', call.request, tenant.value);
  } catch (thrown) {
    return stop(internalFault(context, thrown));
  } finally {
    lease.end();
  }
}

function refuseMetrics(context: ReceiveContext): handleUnaryCall<Buffer, Buffer> {
  return (_call, callback) => {
    const failure = unservedSignal('metrics');
    callback(statusObject(failure));
    const statusCode = failure.grpcCode;
    context.onRequest({ signal: 'other', transport: 'grpc', encoding: 'protobuf', statusCode, bytes: 0 });
  };
}

/** The gRPC status, with the whole google.rpc.Status as OTLP/gRPC asks: RetryInfo in it makes clients wait and send again. */
function statusObject(failure: Failure): StatusObject {
  const metadata = new Metadata();
  const details = shorten(`${failure.code}: ${failure.message}`, DETAILS_LIMIT);
  const field = failure.field === undefined ? {} : { field: shorten(failure.field, DETAILS_LIMIT) };
  const short: Failure = { ...failure, ...field, message: shorten(failure.message, DETAILS_LIMIT) };
  metadata.set('grpc-status-details-bin', Buffer.from(encodeFailure('protobuf', short)));
  return { code: failure.grpcCode, details, metadata };
}

function headersOf(metadata: Metadata): RequestHeaders {
  const entries = Object.entries(metadata.getMap());
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : undefined]));
}
