/**
 * The one error tree of the collector. What the caller does next decides the class: mend the configuration, try again, or correct
 * the input. Each error carries a stable code; `docs/errors.md` has a section per code.
 */
export class SpanledgerError extends Error {
  /** Stable code in capitals, for example `ENGINE_PORT_TAKEN`. */
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Something outside must be mended before the collector can run: an option, a port, a library, a data directory. */
export class ConfigurationError extends SpanledgerError {}

/** The engine did not answer or refused; the same call may pass later. */
export class EngineError extends SpanledgerError {}

/** The input can never be accepted as it is. */
export class InputError extends SpanledgerError {}

/** Gives an `Error` for whatever was thrown. */
export function ensureError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
