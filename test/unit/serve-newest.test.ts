import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNewest, type TimeRange } from '../../collector/src/serve/time-range.ts';

const DAY = 86_400_000;
const rangeOf = fc
  .record({ from: fc.integer({ min: 0, max: 500 * DAY }), length: fc.integer({ min: 1, max: 400 * DAY }) })
  .map(({ from, length }): TimeRange => ({ from, to: from + length }));

test('parts are the whole range from its end to its start, and after the first meet where days begin', async () => {
  await fc.assert(
    fc.asyncProperty(rangeOf, async (range) => {
      const parts: TimeRange[] = [];
      await readNewest(range, 1, async (part) => {
        parts.push(part);
        return [];
      });
      expect(parts[0]?.to).toBe(range.to);
      expect(parts.at(-1)?.from).toBe(range.from);
      for (const [at, later] of parts.slice(0, -1).entries()) {
        expect(parts[at + 1]?.to).toBe(later.from);
        if (at > 0) expect(later.from % DAY).toBe(0);
      }
      expect(parts.length).toBeLessThanOrEqual(5);
    }),
  );
});

test('no more is read than is asked for', async () => {
  const times = [12, 11, 9, 3, 1].map((days) => days * DAY);
  const asked: number[] = [];
  const read = (most: number): Promise<number[]> =>
    readNewest({ from: 0, to: 12.5 * DAY }, most, async ({ from, to }, left) => {
      asked.push(left);
      return times.filter((time) => time >= from && time < to).slice(0, left);
    });
  expect(await read(1)).toEqual([12 * DAY]);
  expect(asked).toEqual([1, 1]);
  expect(await read(3)).toEqual([12 * DAY, 11 * DAY, 9 * DAY]);
  expect(asked).toEqual([1, 1, 3, 3, 2]);
  expect(await read(9)).toEqual(times);
});
