import { ConfigurationError } from '../errors.ts';

/** How a failed attempt is tried again. */
export interface RetryOptions {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Wait before the second attempt, milliseconds. Default 100. */
  readonly delayMs?: number;
  /** Factor from one wait to the next. Default 2. */
  readonly factor?: number;
  /** Longest wait, milliseconds. Default 30,000. */
  readonly maxDelayMs?: number;
  /** Share of the wait that is left to chance, 0 to 1, so that many do not come back at once. Default 0.5. */
  readonly jitter?: number;
  /** Whether an error is worth another attempt. Default: all but an abort. */
  readonly isRetryable?: (error: Error) => boolean;
}

/** When a node that keeps failing is left alone. */
export interface BreakerOptions {
  /** Failures within the window that open the circuit. Default 5. */
  readonly failures?: number;
  /** Milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** How long the circuit stays open before one step is let through to try, milliseconds. Default 30,000. */
  readonly openMs?: number;
}

/** How nodes are executed. */
export interface ExecutionOptions {
  /** How long an attempt may take, milliseconds; `Infinity` for no limit. Default 300,000. */
  readonly timeoutMs?: number;
  /** Default: one attempt. */
  readonly retry?: RetryOptions;
  /** Default: no breaker. */
  readonly breaker?: BreakerOptions;
}

/** Refuses what can not be meant. @throws {ConfigurationError} EXECUTION_OPTIONS */
export function checkExecutionOptions({ timeoutMs, retry, breaker }: ExecutionOptions): void {
  const positive = (path: string, value: number | undefined): void => {
    if (value !== undefined && !(value > 0)) refuse(path, `${value} is not more than 0`);
  };
  positive('execution.timeoutMs', timeoutMs);
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry.attempts) || retry.attempts < 1) {
      refuse('execution.retry.attempts', `${retry.attempts} is no whole number of at least 1`);
    }
    positive('execution.retry.factor', retry.factor);
    const { jitter = 0 } = retry;
    if (!(jitter >= 0 && jitter <= 1)) refuse('execution.retry.jitter', `${jitter} is not within 0 and 1`);
  }
  positive('execution.breaker.failures', breaker?.failures);
  positive('execution.breaker.windowMs', breaker?.windowMs);
  positive('execution.breaker.openMs', breaker?.openMs);
}

function refuse(path: string, message: string): never {
  throw new ConfigurationError('EXECUTION_OPTIONS', path, message);
}
