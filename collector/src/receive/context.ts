import type { Authenticate } from './authentication.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Encoding, Ingest, Signal } from './ingest.ts';

/** One answered request, for counters. */
export interface RequestObservation {
  /** `other` for signals that are not stored and for requests that name none. */
  readonly signal: Signal | 'other';
  readonly transport: 'http' | 'grpc';
  /** `unknown` when the request named no encoding known here. */
  readonly encoding: Encoding | 'unknown';
  /** HTTP status, or the gRPC status code on that transport. */
  readonly statusCode: number;
  /** Bytes of the decompressed body; 0 when it was not read to its end. */
  readonly bytes: number;
}

/** The part of a logger that is needed; pino's fits. */
export interface ReceiverLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Size limits. */
export interface ReceiverLimits {
  /** Most bytes of one body, as sent and after decompression each. @default 64 MiB */
  readonly bodyBytes: number;
  /** Most bytes of all bodies in flight together. @default 256 MiB */
  readonly inFlightBytes: number;
  /** Longest pause inside an upload, in milliseconds. @default 30000 */
  readonly uploadIdleMilliseconds: number;
}

/** The limits when none are given. */
export const DEFAULT_LIMITS: ReceiverLimits = {
  bodyBytes: 64 * 1024 * 1024,
  inFlightBytes: 256 * 1024 * 1024,
  uploadIdleMilliseconds: 30_000,
};

/** What both transports work with. */
export interface ReceiveContext {
  readonly ingest: Ingest;
  readonly authenticate: Authenticate;
  readonly limits: ReceiverLimits;
  readonly budget: ByteBudget;
  /** Origins that a browser may post from; `*` for all. @default none */
  readonly allowedOrigins: readonly string[];
  /** Names, besides addresses and `localhost`, under which requests are answered; `*` for any. @default none */
  readonly allowedHosts: readonly string[];
  readonly log: ReceiverLog;
  onRequest(observation: RequestObservation): void;
  /** True from the moment the receiver is told to stop: what still comes is sent elsewhere by 503. */
  isStopping(): boolean;
}
