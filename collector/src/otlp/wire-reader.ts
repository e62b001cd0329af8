import { Buffer } from 'node:buffer';
import { InputError } from '../errors.ts';

/** Bytes that are no protobuf message: a length that leaves its message, a varint without end, a tag that cannot be. */
export class WireError extends InputError {
  constructor(message: string) {
    super('MALFORMED_PROTOBUF', message);
  }
}

/** Wire types of protobuf, the low three bits of a tag. */
export const WIRE = { varint: 0, fixed64: 1, length: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const MAX_GROUP_DEPTH = 100;

/**
 * Reads the protobuf wire format in place. Every read is bounded by `end` of the message that is being read, which the caller passes.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  position = 0;

  constructor(body: Uint8Array) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  /** Reads a tag: field number << 3 | wire type. */
  tag(end: number): number {
    const { position } = this;
    if (position < end) {
      const byte = this.bytes[position] as number;
      if (byte < 128 && byte > 7) {
        this.position = position + 1;
        return byte;
      }
    }
    const tag = this.varint(end);
    if (tag < 8 || tag > 0xffffffff) throw new WireError(`field number out of range at byte ${this.position}`);
    return tag;
  }

  /** Reads a varint; above 2^53 the result is inexact, for `int64Text` to read exactly. */
  varint(end: number): number {
    const bytes = this.bytes;
    let position = this.position;
    if (position >= end) throw new WireError(`message ends inside a number at byte ${position}`);
    let byte = bytes[position++] as number;
    if (byte < 128) {
      this.position = position;
      return byte;
    }
    let value = byte & 127;
    let scale = 128;
    for (let i = 1; i < 10; i++) {
      if (position >= end) throw new WireError(`message ends inside a number at byte ${position}`);
      byte = bytes[position++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (i === 9 && byte > 1) throw new WireError(`number of more than 64 bits at byte ${this.position}`);
        this.position = position;
        return value;
      }
      scale *= 128;
    }
    throw new WireError(`number longer than ten bytes at byte ${this.position}`);
  }

  /** Reads a varint and keeps its low 32 bits, as int32, uint32 and enum fields do. */
  varint32(end: number): number {
    const start = this.position;
    const value = this.varint(end);
    if (value <= 0xffffffff) return value | 0;
    let low = 0;
    for (let i = 0; i < 5; i++) low |= ((this.bytes[start + i] as number) & 127) << (7 * i);
    return low;
  }

  /** Reads an int64 varint as exact decimal text. */
  int64Text(end: number): string {
    const start = this.position;
    const value = this.varint(end);
    if (value <= Number.MAX_SAFE_INTEGER) return String(value);
    let exact = 0n;
    for (let i = start, shift = 0n; i < this.position; i++, shift += 7n) {
      exact |= BigInt((this.bytes[i] as number) & 127) << shift;
    }
    return BigInt.asIntN(64, exact).toString();
  }

  /** Reads a length and gives the end of what it bounds; the position then stands at its start. */
  lengthEnd(end: number): number {
    const { position } = this;
    if (position < end) {
      const byte = this.bytes[position] as number;
      if (byte < 128 && position + 1 + byte <= end) {
        this.position = position + 1;
        return position + 1 + byte;
      }
    }
    const size = this.varint(end);
    const stop = this.position + size;
    if (stop > end) throw new WireError(`length ${size} leaves its message at byte ${this.position}`);
    return stop;
  }

  /** Steps over fixed bytes and gives where they start. */
  fixed(size: number, end: number): number {
    const start = this.position;
    if (start + size > end) throw new WireError(`message ends inside a fixed number at byte ${start}`);
    this.position = start + size;
    return start;
  }

  /** Steps over a field of unknown number. */
  skip(tag: number, end: number, depth = 0): void {
    switch (tag & 7) {
      case WIRE.varint:
        this.varint(end);
        return;
      case WIRE.fixed64:
        this.fixed(8, end);
        return;
      case WIRE.length:
        this.position = this.lengthEnd(end);
        return;
      case WIRE.fixed32:
        this.fixed(4, end);
        return;
      case WIRE.groupStart:
        this.#skipGroup(tag >>> 3, end, depth + 1);
        return;
      default:
        throw new WireError(`wire type ${tag & 7} cannot stand at byte ${this.position}`);
    }
  }

  #skipGroup(field: number, end: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw new WireError(`groups nested deeper than ${MAX_GROUP_DEPTH}`);
    for (;;) {
      const tag = this.tag(end);
      if ((tag & 7) === WIRE.groupEnd) {
        if (tag >>> 3 !== field) throw new WireError(`group ${field} closed by ${tag >>> 3}`);
        return;
      }
      this.skip(tag, end, depth);
    }
  }
}
