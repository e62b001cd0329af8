import { type handleUnaryCall, Server, type ServerUnaryCall } from '@grpc/grpc-js';
import { type Accepted, internalFault, overloaded, type Step, stop, submit } from './admit.ts';
import { encodeAccepted } from './answer.ts';
import type { ReceiveContext } from './context.ts';
import { unauthorized, unservedSignal } from './failure.ts';
import { createGrpcAdmission, type GrpcAdmission } from './grpc-admission.ts';
import { LOGS_SERVICE, METRICS_SERVICE, TRACE_SERVICE } from './grpc-services.ts';
import { grpcStatus } from './grpc-status.ts';
import type { Signal } from './ingest.ts';

type Call = ServerUnaryCall<Buffer, Buffer>;

// A message is counted against the budget only once it is whole, so that the number of streams of a connection is bounded too.
const MAX_STREAMS = 32;

/** The server of port 4317, not yet bound. gzip and the size limit, on the wire and after it, are grpc-js's own. */
export function createGrpcServer(context: ReceiveContext): Server {
  const admission = createGrpcAdmission(context);
  const server = new Server({
    'grpc.max_receive_message_length': context.limits.bodyBytes,
    'grpc.max_concurrent_streams': MAX_STREAMS,
    interceptors: [admission.interceptor],
  });
  server.addService(TRACE_SERVICE, { Export: exportHandler(context, admission, 'traces') });
  server.addService(LOGS_SERVICE, { Export: exportHandler(context, admission, 'logs') });
  server.addService(METRICS_SERVICE, { Export: refuseMetrics(context) });
  return server;
}

function exportHandler(
  context: ReceiveContext,
  admission: GrpcAdmission,
  signal: Signal,
): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    void handle(context, admission, signal, call).then((handled) => {
      if (handled.kind === 'go') {
        const { rejected, message } = handled.value;
        callback(null, Buffer.from(encodeAccepted(signal, 'protobuf', rejected, message)));
      } else {
        callback(grpcStatus(handled.failure));
      }
      const statusCode = handled.kind === 'go' ? 0 : handled.failure.grpcCode;
      const bytes = handled.kind === 'go' ? call.request.length : 0;
      context.onRequest({ signal, transport: 'grpc', encoding: 'protobuf', statusCode, bytes });
    });
  };
}

async function handle(
  context: ReceiveContext,
  admission: GrpcAdmission,
  signal: Signal,
  call: Call,
): Promise<Step<Accepted>> {
  const tenant = admission.tenantOf(call.metadata);
  if (tenant === undefined) return stop(unauthorized());
  const lease = context.budget.lease();
  try {
    if (!lease.take(call.request.length)) return stop(overloaded());
    return await submit(context, signal, 'protobuf', call.request, tenant);
  } catch (thrown) {
    return stop(internalFault(context, thrown));
  } finally {
    lease.end();
  }
}

function refuseMetrics(context: ReceiveContext): handleUnaryCall<Buffer, Buffer> {
  return (_call, callback) => {
    const failure = unservedSignal('metrics');
    callback(grpcStatus(failure));
    const statusCode = failure.grpcCode;
    context.onRequest({ signal: 'other', transport: 'grpc', encoding: 'protobuf', statusCode, bytes: 0 });
  };
}
