import { StepError } from '../errors.ts';

/** A node did not answer in time. */
export class StepTimeoutError extends StepError {
  /** The time that it had, milliseconds. */
  readonly timeoutMs: number;
  constructor(timeoutMs: number) {
    super(
      'STEP_TIMEOUT',
      `the node did not answer within ${timeoutMs} ms; allow it more (\`timeoutMs\`) or make it faster`,
    );
    this.timeoutMs = timeoutMs;
  }
}

/** The caller gave the step up. */
export class StepAbortedError extends StepError {
  constructor(reason: unknown) {
    super('STEP_ABORTED', 'the step was aborted by its caller', { cause: reason });
  }
}

/**
 * Waits for a promise until the time is over or the signal aborts, whichever is first; `stop` is then called with the error that it
 * rejects with. What the promise does after that is ignored.
 */
export function race<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  stop: (reason: Error) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (reason: Error): void => {
      done();
      stop(reason);
      reject(reason);
    };
    const onAbort = (): void => giveUp(new StepAbortedError(signal?.reason));
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => giveUp(new StepTimeoutError(timeoutMs)), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}

/** Whether a value has to be waited for. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<T>>).then === 'function';
}

/** Waits, unless the signal aborts first. Returns whether the time is over. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (isOver: boolean): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(isOver);
    };
    const onAbort = (): void => finish(false);
    const timer = setTimeout(() => finish(true), milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
