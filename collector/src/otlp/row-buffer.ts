import { Buffer } from 'node:buffer';
import { viewOf } from './byte-views.ts';
import { decimalDigits, writeDigits, writeShortDouble } from './decimal-text.ts';
import { writeShortestDouble } from './shortest-double.ts';

/** Above so many bytes the engine's own copy is faster than copying eight bytes at a time, below it costs more to call. */
const MOST_BY_WORDS = 384;
/** Bytes that the text of a double may need while it is written. */
const LONGEST_DOUBLE = 26;

/**
 * A growing byte buffer that writes ClickHouse's RowBinary: little-endian numbers, LEB128 lengths before strings, arrays and maps.
 * Offsets stay valid when it grows.
 *
 * @see https://clickhouse.com/docs/interfaces/formats/RowBinary
 */
export class RowBuffer {
  bytes: Buffer;
  /** The same memory as `bytes`. */
  view: DataView;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.view = viewOf(this.bytes);
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    if (this.length + size > this.bytes.length) this.#grow(this.length + size);
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
    this.view = viewOf(grown);
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.length, value, true);
    this.length += 2;
  }

  /** Writes the low 32 bits, signed or not. */
  uint32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  /** Writes a UInt64 given as its two 32-bit halves. */
  uint64(low: number, high: number): void {
    this.uint32(low);
    this.uint32(high);
  }

  bigUint64(value: bigint): void {
    this.reserve(8);
    this.view.setBigUint64(this.length, value, true);
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
    if (size === 8) this.view.setFloat64(this.length, 0);
    else this.bytes.fill(0, this.length, this.length + size);
    this.length += size;
  }

  /** Zeros that are too few for a call of the engine's own. */
  fewZeros(size: number): void {
    this.reserve(size);
    const end = this.length + size;
    for (let at = this.length; at < end; at++) this.bytes[at] = 0;
    this.length = end;
  }

  /** Copies bytes of a view as they are, without a length: most are short, and a call of the engine's copy would cost more. */
  copy(source: DataView, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    const at = this.length;
    this.length = at + size;
    if (size > MOST_BY_WORDS) this.bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, size), at);
    else copyWords(source, start, size, this.view, at);
  }

  /** A String column from bytes of a view. */
  copyString(source: DataView, start: number, end: number): void {
    const size = end - start;
    if (size > 127) {
      this.varint(size);
      this.copy(source, start, end);
      return;
    }
    this.reserve(1 + size);
    const at = this.length;
    this.length = at + 1 + size;
    this.view.setUint8(at, size);
    copyWords(source, start, size, this.view, at + 1);
  }

  /** Copies bytes as they are, without a length. */
  raw(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.bytes.set(source.subarray(start, end), this.length);
    this.length += end - start;
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

  /** A String column with the decimal digits of an integer from 0 to 2^53 - 1. */
  integer(value: number): void {
    this.reserve(17);
    const size = decimalDigits(value);
    this.bytes[this.length] = size;
    this.length += 1 + size;
    writeDigits(this.bytes, this.length, value);
  }

  /** A String column with the text of a double, and its size; 0, nothing written, for the few that only the engine can print. */
  double(value: number): number {
    this.reserve(1 + LONGEST_DOUBLE);
    const start = this.length + 1;
    let end = writeShortDouble(this.bytes, start, value);
    if (end < 0) end = writeShortestDouble(this.bytes, start, value);
    if (end < 0) return 0;
    this.bytes[this.length] = end - start;
    this.length = end;
    return end - start;
  }
}

/** Copies bytes of a view by words. The last word may overlap the one before: nothing outside of the piece is read or written. */
function copyWords(source: DataView, start: number, size: number, into: DataView, at: number): void {
  if (size >= 8) {
    const last = size - 8;
    for (let i = 0; i < last; i += 8) into.setBigInt64(at + i, source.getBigInt64(start + i, true), true);
    into.setBigInt64(at + last, source.getBigInt64(start + last, true), true);
  } else if (size >= 4) {
    into.setInt32(at, source.getInt32(start));
    into.setInt32(at + size - 4, source.getInt32(start + size - 4));
  } else {
    for (let i = 0; i < size; i++) into.setUint8(at + i, source.getUint8(start + i));
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
