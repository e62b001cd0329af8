import type { AppendOutcome } from '../append/append-outcome.ts';
import type { Encoding, Signal } from '../otlp/transcoder.ts';

export type { AppendOutcome } from '../append/append-outcome.ts';
export type { Encoding, Signal } from '../otlp/transcoder.ts';

/** The stage after this one: makes rows of a body and stores them. */
export interface Ingest {
  /** Resolves when the outcome is final, so after the data are durable. `body` is decompressed, and is read before this returns. */
  submit(signal: Signal, encoding: Encoding, body: Uint8Array, tenant: string): Promise<AppendOutcome>;
}
