import type { KeyMeaning } from './attribute-keys.ts';
import { KIND, kindByte } from './kinds.ts';
import type { RecordWriter } from './record-writer.ts';
import type { RowBuffer } from './row-buffer.ts';
import { WIRE, type WireReader } from './wire-reader.ts';

// Values as nearly all emitters write them: one field that fills its message. They are written straight from their bytes.

const STRING = (1 << 3) | WIRE.length;
const BOOL = (2 << 3) | WIRE.varint;
const INT = (3 << 3) | WIRE.varint;
const DOUBLE = (4 << 3) | WIRE.fixed64;
const ARRAY = (5 << 3) | WIRE.length;
/** `ArrayValue.values`. */
const ITEM = (1 << 3) | WIRE.length;

const KINDS = {
  string: kindByte(KIND.string),
  bool: kindByte(KIND.bool),
  int: kindByte(KIND.int),
  double: kindByte(KIND.double),
  array: kindByte(KIND.array),
};
const DOUBLE_BYTES = 8;
/** Most bytes of a varint below 2^49, which a number holds exactly. */
const MOST_INT_BYTES = 7;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Writes the AnyValue between the reader's position and `end` where it has a plain form: a string, a bool, an int from 0 to 2^49 - 1,
 * a double with at most six decimals, an array of strings that JSON writes as they are. Gives false, and leaves all as it was, where
 * it has another. Not for content.
 */
export function writePlainValue(reader: WireReader, end: number, writer: RecordWriter, meaning: KeyMeaning): boolean {
  const { bytes, position } = reader;
  if (position + 2 > end) return false;
  switch (bytes[position]) {
    case STRING: {
      const start = contentStart(bytes, position + 1, end);
      if (start < 0) return false;
      writer.target.copyString(reader.view, start, end);
      writer.wroteValue(meaning, KINDS.string, end - start);
      return true;
    }
    case INT:
      return writeInt(bytes, position + 1, end, writer, meaning);
    case DOUBLE:
      return position + 1 + DOUBLE_BYTES === end && writeDouble(reader, position + 1, writer, meaning);
    case BOOL:
      return position + 2 === end && writeBool(bytes[position + 1] as number, writer, meaning);
    case ARRAY: {
      const start = contentStart(bytes, position + 1, end);
      return start >= 0 && writeStrings(bytes, start, end, writer, meaning);
    }
    default:
      return false;
  }
}

/** Where content starts whose length, of one or two bytes, stands at `at`, if it ends at `end`; else -1. */
function contentStart(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const size = bytes[at] as number;
  if (size < 128) return at + 1 + size === end ? at + 1 : -1;
  if (at + 2 > end) return -1;
  const high = bytes[at + 1] as number;
  return high < 128 && at + 2 + ((size & 127) | (high << 7)) === end ? at + 2 : -1;
}

function writeInt(bytes: Uint8Array, start: number, end: number, writer: RecordWriter, meaning: KeyMeaning): boolean {
  if (end - start > MOST_INT_BYTES) return false;
  let value = 0;
  let scale = 1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    // The last byte, and no other, says that it is the last.
    if (byte > 127 === (i === end - 1)) return false;
    value += (byte & 127) * scale;
    scale *= 128;
  }
  const before = writer.target.length;
  writer.target.integer(value);
  writer.wroteValue(meaning, KINDS.int, writer.target.length - before - 1);
  return true;
}

function writeDouble(reader: WireReader, start: number, writer: RecordWriter, meaning: KeyMeaning): boolean {
  const size = writer.target.double(reader.view.getFloat64(start, true));
  if (size > 0) writer.wroteValue(meaning, KINDS.double, size);
  return size > 0;
}

function writeBool(value: number, writer: RecordWriter, meaning: KeyMeaning): boolean {
  if (value > 1) return false;
  writer.target.ascii(value === 1 ? 'true' : 'false');
  writer.wroteValue(meaning, KINDS.bool, value === 1 ? 4 : 5);
  return true;
}

/** Writes an array of strings of plain ASCII as JSON, which is a little shorter than the array itself. */
function writeStrings(
  bytes: Uint8Array,
  start: number,
  end: number,
  writer: RecordWriter,
  meaning: KeyMeaning,
): boolean {
  const count = countStrings(bytes, start, end);
  if (count < 1) return false;
  // Four bytes of tags and lengths an item become two quotes and a comma, but for the last one's; two brackets come to it.
  const size = end - start - count + 1;
  const rows = writer.target;
  const before = rows.length;
  rows.varint(size);
  rows.reserve(size);
  if (!printStrings(bytes, start, end, rows)) {
    rows.length = before;
    return false;
  }
  writer.wroteValue(meaning, KINDS.array, size);
  return true;
}

/** Counts the items of an array whose items are all strings below 126 bytes; -1 where one is not. */
function countStrings(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; count++) {
    const size = bytes[at + 1] as number;
    if (at + 4 > end || size > 127 || bytes[at] !== ITEM || bytes[at + 2] !== STRING) return -1;
    if (bytes[at + 3] !== size - 2) return -1;
    at += 2 + size;
    if (at > end) return -1;
  }
  return count;
}

function printStrings(bytes: Uint8Array, start: number, end: number, rows: RowBuffer): boolean {
  const into = rows.bytes;
  let to = rows.length;
  into[to++] = 0x5b;
  for (let at = start; at < end; ) {
    const stop = at + 2 + (bytes[at + 1] as number);
    into[to++] = QUOTE;
    for (let i = at + 4; i < stop; i++) {
      const byte = bytes[i] as number;
      if (byte < SPACE || byte > DELETE || byte === QUOTE || byte === BACKSLASH) return false;
      into[to++] = byte;
    }
    into[to++] = QUOTE;
    into[to++] = COMMA;
    at = stop;
  }
  into[to - 1] = 0x5d;
  rows.length = to;
  return true;
}
