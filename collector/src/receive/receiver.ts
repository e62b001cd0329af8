import { once } from 'node:events';
import type { Server as HttpServer, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { ConfigurationError, ensureError } from '../errors.ts';
import { type Authenticate, withoutKeys } from './authentication.ts';
import { ByteBudget } from './byte-budget.ts';
import {
  DEFAULT_LIMITS,
  type ReceiveContext,
  type ReceiverLimits,
  type ReceiverLog,
  type RequestObservation,
} from './context.ts';
import { createGrpcServer } from './grpc.ts';
import { createHttpServer } from './http-server.ts';
import type { Ingest } from './ingest.ts';

/** What a receiver is made of. */
export interface ReceiverOptions {
  readonly ingest: Ingest;
  /** Answers all that is not OTLP on the HTTP port. */
  readonly api: RequestListener;
  readonly log: ReceiverLog;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** OTLP/HTTP and API; 0 takes a free port. @default 4318 */
  readonly httpPort?: number;
  /** OTLP/gRPC; 0 takes a free port, `undefined` leaves gRPC out. */
  readonly grpcPort?: number | undefined;
  /** @default withoutKeys: everything belongs to the tenant `default` */
  readonly authenticate?: Authenticate;
  readonly limits?: Partial<ReceiverLimits>;
  /** Origins such as `https://app.example` that a browser may post from, or `*`. @default none */
  readonly allowedOrigins?: readonly string[];
  /** Names, besides addresses and `localhost`, under which requests are answered; `*` for any. @default none */
  readonly allowedHosts?: readonly string[];
  /** Called once for each answered OTLP request. */
  readonly onRequest?: (observation: RequestObservation) => void;
}

/** A receiver that listens. */
export interface Receiver {
  /** The ports taken; `grpcPort` is `undefined` when gRPC was left out. */
  readonly httpPort: number;
  readonly grpcPort: number | undefined;
  /** Bytes of bodies in flight now. */
  inFlightBytes(): number;
  /** Most bytes that were ever in flight at once. */
  peakInFlightBytes(): number;
  /**
   * Takes no new connections, answers new requests with 503, lets those in flight end, and cuts off what is still open after
   * `graceMilliseconds` (default 10 s).
   */
  stop(graceMilliseconds?: number): Promise<void>;
}

const DEFAULT_GRACE = 10_000;

/**
 * Starts to listen.
 * @throws ConfigurationError with the code `PORT_UNAVAILABLE` when a port can't be taken
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const limits: ReceiverLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const budget = new ByteBudget(limits.inFlightBytes);
  let stopping = false;
  const context: ReceiveContext = {
    ingest: options.ingest,
    authenticate: options.authenticate ?? withoutKeys,
    limits,
    budget,
    allowedOrigins: options.allowedOrigins ?? [],
    allowedHosts: options.allowedHosts ?? [],
    log: options.log,
    onRequest: guarded(options),
    isStopping: () => stopping,
  };
  const host = options.host ?? '127.0.0.1';
  const http = createHttpServer(context, options.api);
  const httpPort = await listen(http, host, options.httpPort ?? 4318);
  // Accepting fails when file descriptors run out; without a listener that would end the process.
  http.on('error', (err) => options.log.error({ err, code: 'ACCEPT_FAILED' }, 'accepting a connection failed'));
  const grpc = options.grpcPort === undefined ? undefined : createGrpcServer(context);
  const grpcPort = grpc && (await bind(grpc, http, host, options.grpcPort ?? 4317));
  return {
    httpPort,
    grpcPort,
    inFlightBytes: () => budget.used,
    peakInFlightBytes: () => budget.peak,
    stop: async (graceMilliseconds = DEFAULT_GRACE) => {
      stopping = true;
      await Promise.all([stopHttp(http, graceMilliseconds), grpc && stopGrpc(grpc, graceMilliseconds)]);
    },
  };
}

// A counter that throws must not cost a client its answer.
function guarded({ onRequest, log }: ReceiverOptions): (observation: RequestObservation) => void {
  return (observation) => {
    try {
      onRequest?.(observation);
    } catch (thrown) {
      log.error({ err: ensureError(thrown), code: 'OBSERVER_FAULT' }, 'counting a request failed');
    }
  };
}

async function listen(server: HttpServer, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (thrown) {
    throw portUnavailable(host, port, '--port', thrown);
  }
  return (server.address() as AddressInfo).port;
}

function bind(grpc: GrpcServer, http: HttpServer, host: string, port: number): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    grpc.bindAsync(address, ServerCredentials.createInsecure(), (error, taken) => {
      if (error === null) return resolve(taken);
      // Otherwise the process would stay alive on the port that was free.
      http.close();
      reject(portUnavailable(host, port, '--grpc-port', error));
    });
  });
}

function portUnavailable(host: string, port: number, option: string, thrown: unknown): ConfigurationError {
  const reason = ensureError(thrown).message;
  const message = `can't listen on ${host}:${port}: ${reason}. Stop what uses the port, or choose another with ${option} (0 picks a free one).`;
  return new ConfigurationError('PORT_UNAVAILABLE', message, { cause: thrown });
}

async function stopHttp(server: HttpServer, graceMilliseconds: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
  // Also closes connections that are idle now; those that become idle later close after their answer.
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
}

async function stopGrpc(server: GrpcServer, graceMilliseconds: number): Promise<void> {
  const cut = setTimeout(() => server.forceShutdown(), graceMilliseconds);
  await new Promise((resolve) => server.tryShutdown(resolve));
  clearTimeout(cut);
}
