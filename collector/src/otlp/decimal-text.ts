const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const BILLION = 1_000_000_000;
const MILLION = 1_000_000;
/** A decimal of up to 15 digits is the shortest text of the double next to it: no other of up to 15 digits gives that double. */
const FIFTEEN_DIGITS = 1e15;

/** How many decimal digits an integer from 0 to 2^53 - 1 has. */
export function decimalDigits(value: number): number {
  let size = 1;
  for (let least = 10; value >= least; least *= 10) size += 1;
  return size;
}

/** Writes the decimal digits of an integer from 0 to 2^53 - 1 so that they end before `end`. */
export function writeDigits(bytes: Uint8Array, end: number, value: number): void {
  let at = end;
  let rest = value;
  while (rest >= BILLION) {
    const above = Math.floor(rest / 10);
    bytes[--at] = ZERO + (rest - above * 10);
    rest = above;
  }
  // Below 2^31 the engine divides integers, which is many times faster.
  let small = rest | 0;
  do {
    const above = (small / 10) | 0;
    bytes[--at] = ZERO + (small - above * 10);
    small = above;
  } while (small > 0);
}

/**
 * Writes the text of a double that has at most six decimals, such as a price or a share, as `doubleText` gives it, and gives where
 * it ends; -1 without a trace where the double is another. Up to 18 bytes must be free.
 */
export function writeShortDouble(bytes: Uint8Array, start: number, value: number): number {
  const size = Math.abs(value);
  const millionths = Math.round(size * MILLION);
  // The division is rounded once, so it gives this double only where it is the one next to the decimal. NaN fails here too.
  if (!(millionths < FIFTEEN_DIGITS) || millionths / MILLION !== size || Object.is(value, -0)) return -1;
  let at = start;
  if (value < 0) bytes[at++] = MINUS;
  const whole = Math.floor(millionths / MILLION);
  at += decimalDigits(whole);
  writeDigits(bytes, at, whole);
  let fraction = (millionths - whole * MILLION) | 0;
  if (fraction === 0) return at;
  bytes[at++] = POINT;
  for (let unit = MILLION / 10; fraction > 0; unit = (unit / 10) | 0) {
    const digit = (fraction / unit) | 0;
    bytes[at++] = ZERO + digit;
    fraction -= digit * unit;
  }
  return at;
}
