/**
 * CityHash 1.0.2 of 128 bits, chained over blocks of 2,048 bytes: the checksum that ClickHouse sends after each file of a part. The
 * server that fetches computes it anew and refuses a part whose checksums are not the same.
 */

/** A hash of 128 bits: its low half and its high half. */
export type Hash128 = readonly [low: bigint, high: bigint];

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const K3 = 0xc949d7c7509e6557n;
const MULTIPLIER = 0x9ddfea08eb382d69n;
const BLOCK_BYTES = 2048;

/** Hashes a file's bytes as ClickHouse does when it sends or fetches the file. */
export function hashOfFile(bytes: Buffer): Hash128 {
  let state: Hash128 = [0n, 0n];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    state = seededHash(bytes.subarray(at, at + BLOCK_BYTES), state);
  }
  return state;
}

function word(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function rotate(value: bigint, by: bigint): bigint {
  return by === 0n ? value : (value >> by) | word(value << (64n - by));
}

function shiftMix(value: bigint): bigint {
  return value ^ (value >> 47n);
}

function mixTwo(low: bigint, high: bigint): bigint {
  const first = shiftMix(word((low ^ high) * MULTIPLIER));
  return word(shiftMix(word((high ^ first) * MULTIPLIER)) * MULTIPLIER);
}

function hashOfFew(bytes: Buffer): bigint {
  const { length } = bytes;
  const size = BigInt(length);
  if (length > 8) {
    const last = bytes.readBigUInt64LE(length - 8);
    return mixTwo(bytes.readBigUInt64LE(0), rotate(word(last + size), size)) ^ last;
  }
  if (length >= 4) return mixTwo(size + (BigInt(bytes.readUInt32LE(0)) << 3n), BigInt(bytes.readUInt32LE(length - 4)));
  if (length === 0) return K2;
  const y = BigInt(bytes.readUInt8(0) + (bytes.readUInt8(length >> 1) << 8));
  const z = BigInt(length + (bytes.readUInt8(length - 1) << 2));
  return word(shiftMix(word(y * K2) ^ word(z * K3)) * K2);
}

function hashOfShort(bytes: Buffer, [seedLow, seedHigh]: Hash128): Hash128 {
  const { length } = bytes;
  let [a, b] = [seedLow, seedHigh];
  let c: bigint;
  let d: bigint;
  if (length <= 16) {
    a = word(shiftMix(word(a * K1)) * K1);
    c = word(b * K1 + hashOfFew(bytes));
    d = shiftMix(word(a + (length >= 8 ? bytes.readBigUInt64LE(0) : c)));
  } else {
    c = mixTwo(word(bytes.readBigUInt64LE(length - 8) + K1), a);
    d = mixTwo(word(b + BigInt(length)), word(c + bytes.readBigUInt64LE(length - 16)));
    a = word(a + d);
    for (let at = 0; at < length - 16; at += 16) {
      a = word((a ^ word(shiftMix(word(bytes.readBigUInt64LE(at) * K1)) * K1)) * K1);
      b ^= a;
      c = word((c ^ word(shiftMix(word(bytes.readBigUInt64LE(at + 8) * K1)) * K1)) * K1);
      d ^= c;
    }
  }
  a = mixTwo(a, c);
  b = mixTwo(d, b);
  return [a ^ b, mixTwo(b, a)];
}

function weakHash(bytes: Buffer, at: number, seedA: bigint, seedB: bigint): Hash128 {
  const last = bytes.readBigUInt64LE(at + 24);
  const first = word(seedA + bytes.readBigUInt64LE(at));
  const b = rotate(word(seedB + first + last), 21n);
  const a = word(first + bytes.readBigUInt64LE(at + 8) + bytes.readBigUInt64LE(at + 16));
  return [word(a + last), word(b + rotate(a, 44n) + first)];
}

function seededHash(bytes: Buffer, seed: Hash128): Hash128 {
  if (bytes.length < 128) return hashOfShort(bytes, seed);
  let [x, y] = seed;
  let z = word(BigInt(bytes.length) * K1);
  const v0 = word(rotate(y ^ K1, 49n) * K1 + bytes.readBigUInt64LE(0));
  let v: Hash128 = [v0, word(rotate(v0, 42n) * K1 + bytes.readBigUInt64LE(8))];
  let w: Hash128 = [
    word(rotate(word(y + z), 35n) * K1 + x),
    word(rotate(word(x + bytes.readBigUInt64LE(88)), 53n) * K1),
  ];
  const whole = bytes.length - (bytes.length % 128);
  for (let at = 0; at < whole; at += 64) {
    x = word(rotate(word(x + y + v[0] + bytes.readBigUInt64LE(at + 16)), 37n) * K1) ^ w[1];
    y = word(rotate(word(y + v[1] + bytes.readBigUInt64LE(at + 48)), 42n) * K1) ^ v[0];
    z = rotate(z ^ w[0], 33n);
    v = weakHash(bytes, at, word(v[1] * K1), word(x + w[0]));
    w = weakHash(bytes, at + 32, word(z + w[1]), y);
    [z, x] = [x, z];
  }
  y = word(y + rotate(w[0], 37n) * K0 + z);
  x = word(x + rotate(word(v[0] + z), 49n) * K0);
  for (let done = 32; done < bytes.length - whole + 32; done += 32) {
    const at = bytes.length - done;
    y = word(rotate(word(y - x), 42n) * K0 + v[1]);
    w = [word(w[0] + bytes.readBigUInt64LE(at + 16)), w[1]];
    x = word(rotate(x, 49n) * K0 + w[0]);
    w = [word(w[0] + v[0]), w[1]];
    v = weakHash(bytes, at, v[0], v[1]);
  }
  x = mixTwo(x, v[0]);
  y = mixTwo(y, w[0]);
  return [word(mixTwo(word(x + v[1]), w[1]) + y), mixTwo(word(x + w[1]), word(y + v[1]))];
}
