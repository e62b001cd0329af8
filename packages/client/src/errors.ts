/**
 * Why a call to the API failed. Its subclasses say what to do next.
 * @example
 * try {
 *   await projector.auditTrail('run-1');
 * } catch (error) {
 *   if (error instanceof NotFoundError) console.log('no such run');
 *   else throw error;
 * }
 */
export class ClientError extends Error {
  /** Stable code in capitals, for example `RUN_NOT_FOUND`. */
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  constructor(code: string, status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = status;
  }
}

/** There is no such run or step for this key. */
export class NotFoundError extends ClientError {}

/** The request can't be answered as it is: a parameter or the key is wrong. */
export class RequestError extends ClientError {
  /** Name of the parameter at fault, when the API says so. */
  readonly parameter: string | undefined;
  constructor(code: string, status: number, message: string, parameter?: string) {
    super(code, status, message);
    this.parameter = parameter;
  }
}

/** The collector or its engine did not answer; the same call may pass later. */
export class UnavailableError extends ClientError {
  /** How long the API asks to wait, seconds; `undefined` when it does not say. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    code: string,
    status: number,
    message: string,
    options?: { cause?: unknown; retryAfterSeconds?: number },
  ) {
    super(code, status, message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** What answered is not the API of this version. */
export class UnexpectedAnswerError extends ClientError {}
