/**
 * Why the SDK could not do what it was asked. Its subclasses say what to do next. A step never throws one of these at its caller
 * for what the step itself did: that comes back in the `RuntimeOutcome`.
 * @example
 * try {
 *   new StepRuntime(options);
 * } catch (error) {
 *   if (error instanceof ConfigurationError) console.error(error.code, error.message);
 *   else throw error;
 * }
 */
export class SdkError extends Error {
  /** Stable code in capitals; `docs/errors.md` has a section for each. */
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An option, a rule or a profile is wrong: mend it and start again. */
export class ConfigurationError extends SdkError {
  /** Path of the option at fault, for example `policy.rules[2].conditions[0].value`. */
  readonly path: string;
  constructor(code: string, path: string, message: string, options?: { cause?: unknown }) {
    super(code, `${path}: ${message}`, options);
    this.path = path;
  }
}

/** A governed step did not give an output; `outcome` of the wrappers' error says why. */
export class StepError extends SdkError {}

/** Stands for a thrown value that is no error; `cause` is the value. */
export class ThrownValueError extends Error {
  constructor(value: unknown) {
    super(textOf(value), { cause: value });
    this.name = 'ThrownValueError';
  }
}

/** Gives what was thrown as an error: a tool may throw anything. */
export function ensureError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new ThrownValueError(thrown);
}

function textOf(thrown: unknown): string {
  try {
    return `a value that is no error was thrown: ${String(thrown)}`;
  } catch {
    return 'a value that is no error and has no text was thrown';
  }
}
