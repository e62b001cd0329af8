import { expect, test } from 'vitest';
import { CursorClock, cursorTime, GREATEST_ORIGIN } from '../../collector/src/otlp/cursor-clock.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

function next(clock: CursorClock): bigint {
  clock.next();
  return clock.last();
}

const partsOf = (cursor: bigint): { time: number; origin: bigint; counter: bigint } => ({
  time: cursorTime(cursor),
  origin: (cursor >> 12n) & 1023n,
  counter: cursor & 4095n,
});

test('a cursor holds the millisecond, the origin and a counter', () => {
  const clock = new CursorClock(GREATEST_ORIGIN, 0n, () => NOON);
  expect(partsOf(next(clock))).toEqual({ time: NOON, origin: 1023n, counter: 0n });
  expect(partsOf(next(clock))).toEqual({ time: NOON, origin: 1023n, counter: 1n });
});

test('cursors go on rising while the machine clock goes back', () => {
  let now = NOON;
  const clock = new CursorClock(1, 0n, () => now);
  let last = next(clock);
  for (const step of [0, -1, -3_600_000, -10, 5, 2, -1, 4_000_000]) {
    now += step;
    for (let i = 0; i < 10; i++) {
      const cursor = next(clock);
      expect(cursor).toBeGreaterThan(last);
      last = cursor;
    }
  }
  expect(cursorTime(last)).toBe(now);
});

test('more than 4,096 records of one millisecond borrow from the next', () => {
  const clock = new CursorClock(5, 0n, () => NOON);
  const cursors = Array.from({ length: 10_000 }, () => next(clock));
  expect(new Set(cursors).size).toBe(10_000);
  expect(partsOf(cursors[4095] as bigint)).toEqual({ time: NOON, origin: 5n, counter: 4095n });
  expect(partsOf(cursors[4096] as bigint)).toEqual({ time: NOON + 1, origin: 5n, counter: 0n });
  expect(partsOf(cursors[9999] as bigint)).toEqual({ time: NOON + 2, origin: 5n, counter: 9999n - 8192n });
  expect(cursors.every((cursor, i) => i === 0 || cursor > (cursors[i - 1] as bigint))).toBe(true);
});

test.each([
  ['of the past', (1n << 22n) | (3n << 12n) | 17n],
  ['at the end of this millisecond', (BigInt(NOON - Date.UTC(2024, 0, 1)) << 22n) | (3n << 12n) | 4095n],
  ['far ahead of the clock', (BigInt(NOON - Date.UTC(2024, 0, 1) + 86_400_000) << 22n) | (1023n << 12n) | 4095n],
])('it starts above the greatest cursor of the ledger (%s)', (_when, after) => {
  const clock = new CursorClock(0, after, () => NOON);
  expect(clock.last()).toBe(after);
  expect(next(clock)).toBeGreaterThan(after);
  expect(partsOf(clock.last()).origin).toBe(0n);
});
