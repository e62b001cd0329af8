import type { RetryOptions } from './options.ts';

/**
 * Wait before the attempt after `attempt`, milliseconds: it grows by the factor, and the share `jitter` of it is left to chance.
 * @param random a number from 0 to 1
 */
export function retryDelayMs(options: RetryOptions, attempt: number, random: number): number {
  const { delayMs = 100, factor = 2, maxDelayMs = 30_000, jitter = 0.5 } = options;
  const whole = Math.min(delayMs * factor ** (attempt - 1), maxDelayMs);
  return whole * (1 - jitter * random);
}
