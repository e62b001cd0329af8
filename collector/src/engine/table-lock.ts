import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../errors.ts';
import type { Engine } from './engine-contract.ts';
import { LockClaim } from './lock-claim.ts';

/** Times of a table lock, in milliseconds. */
export interface TableLockOptions {
  /** How long the lock outlives its last renewal; it is renewed three times as often. Default 30,000. */
  readonly expiryMs?: number;
  /** How long to wait for another holder. Default 300,000. */
  readonly waitMs?: number;
  /** Mean time between two looks at the other holder. Default 100. */
  readonly pollMs?: number;
}

/** Throws `TABLE_LOCK_LOST` when the lock is no longer held; to be called before each step that must not run twice. */
export type AssertHeld = () => Promise<void>;

/**
 * Runs `task` while this process holds the lock `name` (`[a-z_]+`), among all processes that use one database of one server or cluster.
 *
 * There may be no Keeper, and ClickHouse has no compare-and-set: each process makes a table of its own, `lock_<name>_<uuid>`, whose
 * comment holds owner and expiry (by the server's clock), and looks for others only after that. It holds the lock when there is no
 * other unexpired table; one whose process ended on this machine has expired. Of two that see each other the one with the greater name steps back. Releasing, and clearing away what has
 * expired, drop a table of a name that nobody uses again: no late process can drop the lock of a later holder.
 * @throws {EngineError} `TABLE_LOCK_BUSY` naming the holder; `TABLE_LOCK_LOST` when this process was too slow to renew
 */
export async function withTableLock<T>(
  engine: Engine,
  name: string,
  task: (assertHeld: AssertHeld) => Promise<T>,
  options: TableLockOptions = {},
): Promise<T> {
  const expiryMs = options.expiryMs ?? 30_000;
  // Of a cluster's servers all ask the first.
  const place = engine.servers[0] ?? engine;
  const claim = await acquire(place, name, expiryMs, {
    until: Date.now() + (options.waitMs ?? 300_000),
    pollMs: options.pollMs ?? 100,
  });
  const assertHeld = async (): Promise<void> => {
    if (await claim.exists()) return;
    throw new EngineError(
      'TABLE_LOCK_LOST',
      `the lock ${name} was not renewed for ${expiryMs} ms and another process took it; what it guards is done at the next try.`,
    );
  };
  const ended = new AbortController();
  const renewals = renewUntil(claim, expiryMs / 3, ended.signal);
  try {
    const result = await task(assertHeld);
    await assertHeld();
    return result;
  } finally {
    ended.abort();
    await renewals;
    await claim.drop();
  }
}

async function acquire(
  engine: Engine,
  name: string,
  expiryMs: number,
  times: { until: number; pollMs: number },
): Promise<LockClaim> {
  for (;;) {
    const holder = (await LockClaim.others(engine, name)).find((other) => !other.expired);
    const claim = holder === undefined ? await LockClaim.make(engine, name, expiryMs) : null;
    if (claim !== null && (await isAlone(claim, times))) return claim;
    if (Date.now() > times.until) throw busy(name, holder?.owner ?? 'another process');
    // At random, so that processes that started together part.
    await delay(times.pollMs * (0.5 + Math.random()));
  }
}

/** Waits until no other claim lives, or drops this one and gives false when a lesser one lives or the time is over. */
async function isAlone(claim: LockClaim, times: { until: number; pollMs: number }): Promise<boolean> {
  for (;;) {
    const others = await claim.others();
    const living = others.filter((other) => !other.expired);
    if (living.length === 0) {
      for (const other of others) await claim.drop(other.table);
      return true;
    }
    if (living.some((other) => other.table < claim.table) || Date.now() > times.until) {
      await claim.drop();
      return false;
    }
    await delay(times.pollMs);
    await claim.renew();
  }
}

/** Renews at the interval given; never rejects. A renewal that fails is tried again, and shows in `assertHeld` if it never passes. */
async function renewUntil(claim: LockClaim, intervalMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await delay(intervalMs, undefined, { signal });
      await claim.renew();
    } catch {
      // The end of the task, or an engine that is away for a moment.
    }
  }
}

function busy(name: string, holder: string): EngineError {
  return new EngineError(
    'TABLE_LOCK_BUSY',
    `the lock ${name} is still held by ${holder}. It is released when that process ends its work, or expires soon after it died.`,
  );
}
