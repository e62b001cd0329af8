/** A signal that is stored. */
export type Signal = 'traces' | 'logs';

/** How a body is written. */
export type Encoding = 'protobuf' | 'json';

/** What became of a body. */
export type IngestOutcome =
  /**
   * Durable. `message` is the English reason when `rejected` is over 0, a warning when `rejected` is 0 and it is not empty, and ''
   * when all went well.
   */
  | { readonly kind: 'accepted'; readonly accepted: number; readonly rejected: number; readonly message: string }
  /** The body can never be accepted: 400. `field` is the path inside the body. */
  | { readonly kind: 'bad_request'; readonly code: string; readonly message: string; readonly field?: string }
  /** The body holds more than can be stored at once: 413. */
  | { readonly kind: 'too_large'; readonly message: string }
  /** Overload, or the store is down: 503, and the client sends the same body again. */
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterSeconds: number };

/** The stage after this one: makes rows of a body and stores them. */
export interface Ingest {
  /** Resolves when the outcome is final, so after the data are durable. `body` is decompressed and may be kept. */
  submit(signal: Signal, encoding: Encoding, body: Uint8Array, tenant: string): Promise<IngestOutcome>;
}
