import { writeDigits } from './decimal-text.ts';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
/** Decimal digits that tell any two doubles apart. */
const DIGITS = 17;
/** Doubles from 1e-5 to 1e15 are written here. */
const LEAST_POWER = -5;
const MOST_POWER = 15;
const POWERS = Float64Array.from({ length: MOST_POWER - LEAST_POWER + 1 }, (_, i) => Number(`1e${i + LEAST_POWER}`));
/** Powers of ten by which they are scaled, all exact, and the upper halves of these. */
const SCALES = Float64Array.from({ length: DIGITS - LEAST_POWER }, (_, power) => Number(`1e${power}`));
const UPPER_HALVES = SCALES.map(upperHalf);
/** Half of the distance to the next double, by the bits of the exponent. */
const HALF_STEPS = Float64Array.from({ length: 2047 }, (_, exponent) => 2 ** (exponent - 1076));
const TEN_8 = 1e8;
const TEN_16 = 1e16;
/** Far above what rounding can make of the sums below, and so small that hardly any double comes so near to a limit. */
const DOUBT = 1e-6;

const view = new DataView(new ArrayBuffer(8));

/** The upper 26 bits of a double (Veltkamp). */
function upperHalf(value: number): number {
  const scaled = 134_217_729 * value;
  return scaled - (scaled - value);
}

/**
 * Writes the text of a double from 1e-5 to 1e15, or of its opposite, as `doubleText` gives it, and gives where it ends; -1 where the
 * double is another or its digits are in doubt. Up to 26 bytes must be free.
 */
export function writeShortestDouble(bytes: Uint8Array, start: number, value: number): number {
  const size = Math.abs(value);
  if (!(size >= (POWERS[0] as number) && size < (POWERS[POWERS.length - 1] as number))) return -1;
  let power = POWERS.length - 2;
  while (size < (POWERS[power] as number)) power -= 1;
  const wholeDigits = power + LEAST_POWER + 1;
  let at = start;
  if (value < 0) bytes[at++] = MINUS;
  if (wholeDigits > 0) {
    // The digits before the point go one to the left to make room for it.
    if (!writeShortestDigits(bytes, at + 1, size, DIGITS - wholeDigits)) return -1;
    for (let i = 0; i < wholeDigits; i++) bytes[at + i] = bytes[at + i + 1] as number;
    bytes[at + wholeDigits] = POINT;
    return withoutZeros(bytes, at + wholeDigits, at + DIGITS + 1);
  }
  bytes[at] = ZERO;
  bytes[at + 1] = POINT;
  const digits = at + 2 - wholeDigits;
  for (let i = at + 2; i < digits; i++) bytes[i] = ZERO;
  return writeShortestDigits(bytes, digits, size, DIGITS - wholeDigits)
    ? withoutZeros(bytes, at + 1, digits + DIGITS)
    : -1;
}

/** Where a decimal ends without the zeros at its end, and without its point if nothing is left behind it. */
function withoutZeros(bytes: Uint8Array, point: number, end: number): number {
  let last = end - 1;
  while (bytes[last] === ZERO) last -= 1;
  return last === point ? point : last + 1;
}

/**
 * Writes the 17 digits of the shortest decimal that reads back as the double, filled up with zeros; gives false where it is in doubt.
 *
 * The double is scaled to 17 digits before the point, exactly, as a sum of two doubles. Every number nearer to it than half of the
 * distance to the next double reads back as it. Of those the shortest has the most zeros at its end, and of such the nearest counts.
 */
function writeShortestDigits(bytes: Uint8Array, start: number, size: number, scale: number): boolean {
  view.setFloat64(0, size);
  const high = view.getUint32(0);
  // A power of two is nearer to the double below than to the one above.
  if ((high & 0xfffff) === 0 && view.getUint32(4) === 0) return false;
  const factor = SCALES[scale] as number;
  const reach = (HALF_STEPS[high >>> 20] as number) * factor;
  // The product, and what its rounding left out (Dekker): their sum is exact.
  const product = size * factor;
  const upper = upperHalf(size);
  const lower = size - upper;
  const factorUpper = UPPER_HALVES[scale] as number;
  const factorLower = factor - factorUpper;
  const rest = upper * factorUpper - product + upper * factorLower + lower * factorUpper + lower * factorLower;
  if (product < TEN_16 || product >= 10 * TEN_16) return false;
  const above = Math.floor(product / TEN_8);
  const wholeRest = Math.floor(rest);
  const below = product - above * TEN_8 + wholeRest;
  const nearest = roundBelow(below, rest - wholeRest, reach);
  // The digits below are made nine with a one in front, over which the last digit above is written.
  if (nearest < 0 || nearest >= TEN_8) return false;
  writeDigits(bytes, start + DIGITS, TEN_8 + nearest);
  writeDigits(bytes, start + DIGITS - 8, above);
  return true;
}

/** Of the whole numbers nearer to `below` and its fraction than `reach` the nearest with the most zeros; -1 where it is in doubt. */
function roundBelow(below: number, fraction: number, reach: number): number {
  if (below < 0 || below >= TEN_8 || Math.abs(fraction - 0.5) < DOUBT) return -1;
  const whole = below | 0;
  let nearest = fraction < 0.5 ? whole : whole + 1;
  for (let unit = 10; unit < TEN_8; unit *= 10) {
    const remainder = whole % unit;
    const over = remainder + fraction;
    const under = unit - over;
    const distance = over < under ? over : under;
    if (Math.abs(distance - reach) < DOUBT || Math.abs(over - under) < DOUBT) return -1;
    if (distance > reach) return nearest;
    nearest = whole - remainder + (over < under ? 0 : unit);
  }
  return -1;
}
