import { Buffer } from 'node:buffer';

const SMALL_COPY = 48;

/**
 * A growing byte buffer that writes ClickHouse's RowBinary: little-endian numbers, LEB128 lengths before strings, arrays and maps.
 * Offsets stay valid when it grows.
 *
 * @see https://clickhouse.com/docs/interfaces/formats/RowBinary
 */
export class RowBuffer {
  bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.bytes[this.length++] = value & 255;
    this.bytes[this.length++] = (value >>> 8) & 255;
  }

  /** Writes the low 32 bits, signed or not. */
  uint32(value: number): void {
    this.reserve(4);
    const bytes = this.bytes;
    bytes[this.length++] = value & 255;
    bytes[this.length++] = (value >>> 8) & 255;
    bytes[this.length++] = (value >>> 16) & 255;
    bytes[this.length++] = (value >>> 24) & 255;
  }

  /** Writes a UInt64 given as its two 32-bit halves. */
  uint64(low: number, high: number): void {
    this.uint32(low);
    this.uint32(high);
  }

  bigUint64(value: bigint): void {
    this.reserve(8);
    this.bytes.writeBigUInt64LE(value, this.length);
    this.length += 8;
  }

  /** LEB128, as before strings, arrays and maps. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  zeros(size: number): void {
    this.reserve(size);
    this.bytes.fill(0, this.length, this.length + size);
    this.length += size;
  }

  /** Copies bytes as they are, without a length. */
  raw(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size < SMALL_COPY) {
      const bytes = this.bytes;
      let at = this.length;
      for (let i = start; i < end; i++) bytes[at++] = source[i] as number;
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  /** A String column from bytes. */
  string(source: Uint8Array, start: number, end: number): void {
    this.varint(end - start);
    this.raw(source, start, end);
  }

  /** A String column from text whose characters are all ASCII. */
  ascii(text: string): void {
    const size = text.length;
    this.varint(size);
    this.reserve(size);
    for (let i = 0; i < size; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** A String column from text, as UTF-8. */
  text(text: string): void {
    if (text.length < 32 && isAscii(text)) {
      this.ascii(text);
      return;
    }
    const size = Buffer.byteLength(text, 'utf8');
    this.varint(size);
    this.reserve(size);
    this.bytes.write(text, this.length, size, 'utf8');
    this.length += size;
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
