import { type Metadata, ServerInterceptingCall, type ServerInterceptor, ServerListenerBuilder } from '@grpc/grpc-js';
import type { RequestHeaders } from '../keys/credential.ts';
import { admit, internalFault, type Step, stop } from './admit.ts';
import type { ReceiveContext } from './context.ts';
import { grpcStatus } from './grpc-status.ts';

/** Decides by the headers of a call, before its message is read. */
export interface GrpcAdmission {
  readonly interceptor: ServerInterceptor;
  /** The tenant of a call that was let in, by its metadata. */
  tenantOf(metadata: Metadata): string | undefined;
}

/** Refuses calls without a valid key while their message is still on the wire, so that strangers can't fill the memory. */
export function createGrpcAdmission(context: ReceiveContext): GrpcAdmission {
  const tenants = new WeakMap<Metadata, string>();
  const interceptor: ServerInterceptor = (method, call) => {
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        void admitSafely(context, metadata).then((tenant) => {
          if (tenant.kind === 'go') {
            tenants.set(metadata, tenant.value);
            next(metadata);
            return;
          }
          call.sendStatus(grpcStatus(tenant.failure));
          const signal = method.path.includes('.TraceService/') ? 'traces' : 'logs';
          const statusCode = tenant.failure.grpcCode;
          context.onRequest({ signal, transport: 'grpc', encoding: 'protobuf', statusCode, bytes: 0 });
        });
      })
      .build();
    return new ServerInterceptingCall(call, { start: (next) => next(listener) });
  };
  return { interceptor, tenantOf: (metadata) => tenants.get(metadata) };
}

async function admitSafely(context: ReceiveContext, metadata: Metadata): Promise<Step<string>> {
  try {
    return await admit(context, headersOf(metadata));
  } catch (thrown) {
    return stop(internalFault(context, thrown));
  }
}

function headersOf(metadata: Metadata): RequestHeaders {
  const entries = Object.entries(metadata.getMap());
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : undefined]));
}
