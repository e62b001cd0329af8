/** What became of a body. */
export type AppendOutcome =
  /** Durable. `message` is the English reason when `rejected` is over 0, else ''. */
  | { readonly kind: 'accepted'; readonly accepted: number; readonly rejected: number; readonly message: string }
  /** The body can never be accepted: 400. `field` is the path inside the body. */
  | { readonly kind: 'bad_request'; readonly code: string; readonly message: string; readonly field?: string }
  /** The body holds more than can be stored at once: 413. */
  | { readonly kind: 'too_large'; readonly message: string }
  /** Overload, or the store is down or full: 503, and the client sends the same body again. Default of `code`: `STORE_UNAVAILABLE`. */
  | {
      readonly kind: 'unavailable';
      readonly code?: 'DISK_FULL';
      readonly message: string;
      readonly retryAfterSeconds: number;
    };
