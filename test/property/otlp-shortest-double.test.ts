import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doubleText } from '../../collector/src/otlp/kinds.ts';
import { writeShortestDouble } from '../../collector/src/otlp/shortest-double.ts';

/** What `writeShortestDouble` writes of a double; undefined where it leaves it to others. */
function shortestText(value: number): string | undefined {
  const bytes = Buffer.alloc(40, 0xff);
  const end = writeShortestDouble(bytes, 3, value);
  expect(bytes.subarray(3 + 26).every((byte) => byte === 0xff)).toBe(true);
  return end < 0 ? undefined : bytes.toString('latin1', 3, end);
}

function expectSame(value: number): void {
  expect(shortestText(value) ?? doubleText(value)).toBe(doubleText(value));
}

const number = (most: number): fc.Arbitrary<number> => fc.maxSafeNat().map((part) => (part / 2 ** 53) * most);
const scaled = fc
  .tuple(number(1), fc.integer({ min: -6, max: 16 }), fc.constantFrom(1, -1))
  .map(([part, power, sign]) => sign * part * 10 ** power);
const decimal = fc
  .tuple(fc.maxSafeNat(), fc.integer({ min: -21, max: 0 }))
  .map(([digits, power]) => Number(`${digits}e${power}`));

test('a double is written as its shortest text, or not at all', () => {
  const quotient = fc
    .tuple(fc.maxSafeNat(), fc.integer({ min: 1, max: 99_999 }))
    .map(([above, below]) => above / below);
  fc.assert(fc.property(fc.oneof(fc.double(), number(1), scaled, decimal, quotient), expectSame), { numRuns: 50_000 });
});

test('so are the neighbours of decimals, of powers of two and of ten', () => {
  const bits = new DataView(new ArrayBuffer(8));
  const power = fc.integer({ min: -20, max: 60 });
  const centre = fc.oneof(
    decimal,
    power.map((exponent) => 2 ** exponent),
    power.map((exponent) => Number(`1e${Math.trunc(exponent / 3)}`)),
  );
  fc.assert(
    fc.property(centre, fc.bigInt({ min: -3n, max: 3n }), (value, step) => {
      bits.setFloat64(0, value);
      bits.setBigInt64(0, bits.getBigInt64(0) + step);
      expectSame(bits.getFloat64(0));
    }),
    { numRuns: 50_000 },
  );
});

test('nearly all doubles that no short decimal gives are written', () => {
  let written = 0;
  for (let i = 1; i <= 10_000; i++) if (shortestText(i / 9973) !== undefined) written += 1;
  expect(written).toBeGreaterThan(9_900);
});

test.each([
  [0.1 + 0.2, '0.30000000000000004'],
  [-1 / 3, '-0.3333333333333333'],
  [2 / 3, '0.6666666666666666'],
  [1e5 / 3, '33333.333333333336'],
  [1 / 70_000, '0.000014285714285714285'],
  [1e14 / 3, '33333333333333.332'],
  [0.5, undefined],
  [0, undefined],
  [1e15, undefined],
  [9e-6, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('%d is written as %s', (value, text) => {
  expect(shortestText(value)).toBe(text);
});
