import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { deny, pass } from '../checks/results.ts';
import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { ConfigurationError } from '../errors.ts';
import { StoreWatch } from '../limit-store/store-watch.ts';

/** One limit. */
export interface RateLimit {
  /** Whose steps are counted together. Steps without a tool are not counted by tool. */
  readonly by: 'all' | 'tenant' | 'agent' | 'tool' | 'node';
  /** Most steps in a window. The last of them is allowed, the next denied. */
  readonly steps: number;
  /** Length of the window, seconds; it begins with the first step. */
  readonly seconds: number;
}

/** Limits, and where the counts are kept. */
export interface RateLimitOptions {
  readonly limits: readonly RateLimit[];
  /** Client of Redis (`ioredis`, or `redis` with `useRedisPackage`), for counts that all processes share. Default: in this process. */
  readonly redis?: object;
  /** Whether the client is of the package `redis`. Default false. */
  readonly useRedisPackage?: boolean;
  /** Beginning of the keys in Redis. Default `spanledger`. */
  readonly keyPrefix?: string;
  /** How long Redis may take to answer, milliseconds. Default 1000. */
  readonly timeoutMs?: number;
}

interface Limiter {
  readonly limit: RateLimit;
  readonly counts: RateLimiterAbstract;
}

const WITHIN = pass('within_limit');

/**
 * Holds steps to rates. A step that is denied is not counted. When Redis does not answer in time the check fails, and denies. Give
 * it to `rateLimit` of the runtime; needs the package `rate-limiter-flexible`.
 *
 * @example
 * const rateLimit = rateLimitCheck({ limits: [{ by: 'agent', steps: 60, seconds: 60 }] });
 */
export function rateLimitCheck(options: RateLimitOptions): Check {
  const limiters = options.limits.map((limit, at) => limiterOf(limit, at, options));
  const watch = options.redis === undefined ? undefined : new StoreWatch('the rate limit', options.timeoutMs ?? 1000);
  const answer = <T>(asked: Promise<T>): Promise<T> => (watch === undefined ? asked : watch.answer(asked, isRefusal));
  return {
    name: 'rate_limit',
    phase: 'before',
    async evaluate(step: StepContext): Promise<CheckResult> {
      for (let at = 0; at < limiters.length; at++) {
        const limiter = limiters[at];
        const key = limiter === undefined ? undefined : keyOf(step, limiter.limit.by);
        if (limiter === undefined || key === undefined) continue;
        try {
          await answer(limiter.counts.consume(key));
        } catch (refused) {
          if (!isRefusal(refused)) throw refused;
          // The store counts what it refuses too.
          await answer(giveBack(step, limiters.slice(0, at + 1)));
          return deny(
            'over_rate',
            `${limiter.limit.by}_${limiter.limit.seconds}s`,
            `again in ${refused.msBeforeNext} ms`,
          );
        }
      }
      return WITHIN;
    },
  };
}

function isRefusal(thrown: unknown): thrown is RateLimiterRes {
  return thrown instanceof RateLimiterRes;
}

async function giveBack(step: StepContext, limiters: readonly Limiter[]): Promise<void> {
  for (const { limit, counts } of limiters) {
    const key = keyOf(step, limit.by);
    if (key !== undefined) await counts.reward(key);
  }
}

function keyOf(step: StepContext, by: RateLimit['by']): string | undefined {
  if (by === 'tool') return step.input.tool?.name;
  if (by === 'node') return step.node.id;
  if (by === 'agent') return step.identity?.subject ?? step.node.agent ?? step.node.id;
  return by === 'tenant' ? (step.tenant ?? step.identity?.tenant ?? '') : '';
}

function limiterOf(limit: RateLimit, at: number, options: RateLimitOptions): Limiter {
  for (const name of ['steps', 'seconds'] as const) {
    const value = limit[name];
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new ConfigurationError(
        'RATE_LIMIT',
        `rateLimit.limits[${at}].${name}`,
        `${value} is no whole number above 0`,
      );
    }
  }
  const shared = {
    points: limit.steps,
    duration: limit.seconds,
    keyPrefix: `${options.keyPrefix ?? 'spanledger'}:${limit.by}:${limit.seconds}`,
  };
  if (options.redis === undefined) return { limit, counts: new RateLimiterMemory(shared) };
  const useRedisPackage = options.useRedisPackage ?? false;
  return { limit, counts: new RateLimiterRedis({ ...shared, storeClient: options.redis, useRedisPackage }) };
}
