import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentile } from '../bench/statistics.ts';

test('a percentile lies between its neighbours, in proportion', () => {
  expect(percentile([30, 10, 20], 0.5)).toBe(20);
  expect(percentile([10, 20], 0.25)).toBe(12.5);
  expect(percentile([4, 1, 3, 2, 5], 0.95)).toBeCloseTo(4.8, 12);
  expect(percentile([7], 0.99)).toBe(7);
});

test('numbers are put in order as numbers', () => {
  expect(percentile([100, 9, 1000], 0)).toBe(9);
  expect(percentile([100, 9, 1000], 1)).toBe(1000);
});

test('an empty sample and a share outside of 0 to 1 are refused', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
  expect(() => percentile([1], 1.5)).toThrow(RangeError);
  expect(() => percentile([1], Number.NaN)).toThrow(RangeError);
});

test('it never leaves the sample and never falls as the share grows', () => {
  const sample = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(sample, share, share, (values, one, other) => {
      const [low, high] = [percentile(values, Math.min(one, other)), percentile(values, Math.max(one, other))];
      expect(low).toBeGreaterThanOrEqual(Math.min(...values));
      expect(high).toBeLessThanOrEqual(Math.max(...values));
      expect(low).toBeLessThanOrEqual(high + 1e-6);
    }),
  );
});
