import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalDigits, writeDigits, writeShortDouble } from '../../collector/src/otlp/decimal-text.ts';
import { doubleText } from '../../collector/src/otlp/kinds.ts';

/** What `writeShortDouble` writes of a double; undefined where it leaves it to others. */
function shortText(value: number): string | undefined {
  const bytes = Buffer.alloc(40, 0xff);
  const end = writeShortDouble(bytes, 3, value);
  if (end < 0) return undefined;
  expect(end).toBeLessThanOrEqual(3 + 18);
  expect(bytes.subarray(end).every((byte) => byte === 0xff)).toBe(true);
  return bytes.toString('latin1', 3, end);
}

const decimal = fc
  .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 999_999 }), fc.nat(6))
  .map(([whole, fraction, digits]) => Number(`${whole}.${String(fraction).padStart(6, '0').slice(0, digits)}0`));

test('a double is written as its shortest text, or not at all', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), decimal, fc.integer().map(Number)), (value) => {
      expect(shortText(value) ?? doubleText(value)).toBe(doubleText(value));
    }),
    { numRuns: 20_000 },
  );
});

test('so are the neighbours of decimals', () => {
  const next = new DataView(new ArrayBuffer(8));
  fc.assert(
    fc.property(decimal, fc.constantFrom(-2n, -1n, 1n, 2n), (value, step) => {
      next.setFloat64(0, value);
      next.setBigInt64(0, next.getBigInt64(0) + step);
      const neighbour = next.getFloat64(0);
      expect(shortText(neighbour) ?? doubleText(neighbour)).toBe(doubleText(neighbour));
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  [0, '0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [0.1, '0.1'],
  [0.000_001, '0.000001'],
  [-0.000_01, '-0.00001'],
  [123_456_789.123_456, '123456789.123456'],
  [999_999_999, '999999999'],
  [-0, undefined],
  [0.000_000_1, undefined],
  [0.000_001_5, undefined],
  [1e9, undefined],
  [0.1 + 0.2, undefined],
  [Number.NaN, undefined],
  [Number.NEGATIVE_INFINITY, undefined],
])('%d is written as %s', (value, text) => {
  expect(shortText(value)).toBe(text);
});

test('integers up to 2^53 - 1 are written as their digits', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), fc.nat()), (value) => {
      const bytes = Buffer.alloc(20, 0xff);
      writeDigits(bytes, 18, value);
      expect(bytes.toString('latin1', 18 - decimalDigits(value), 18)).toBe(String(value));
      expect([bytes[17 - decimalDigits(value)], bytes[18]]).toEqual([0xff, 0xff]);
    }),
  );
});
