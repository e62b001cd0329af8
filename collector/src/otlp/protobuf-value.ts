import { InputError } from '../errors.ts';
import type { KeyMeaning } from './attribute-keys.ts';
import { DEEPEST_VALUE, doubleText, jsonDoubleText, KIND } from './kinds.ts';
import { writePlainValue } from './protobuf-plain-value.ts';
import type { RecordWriter } from './record-writer.ts';
import { WIRE, type WireReader } from './wire-reader.ts';

/** Fields of opentelemetry.proto.common.v1.AnyValue, as tags. */
const STRING_VALUE = (1 << 3) | WIRE.length;
const BOOL_VALUE = (2 << 3) | WIRE.varint;
const INT_VALUE = (3 << 3) | WIRE.varint;
const DOUBLE_VALUE = (4 << 3) | WIRE.fixed64;
const ARRAY_VALUE = (5 << 3) | WIRE.length;
const KVLIST_VALUE = (6 << 3) | WIRE.length;
const BYTES_VALUE = (7 << 3) | WIRE.length;

/** Field 1 as a message or string: `ArrayValue.values`, `KeyValueList.values`, `KeyValue.key`. */
const FIRST = (1 << 3) | WIRE.length;
/** `KeyValue.value`. */
const SECOND = (2 << 3) | WIRE.length;

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NOTHING = Buffer.alloc(0);

/** A value is nested deeper than any reader should follow. */
export class NestingError extends InputError {
  constructor() {
    super('NESTED_TOO_DEEP', `a value is nested deeper than ${DEEPEST_VALUE} levels`);
  }
}

/** Writes the AnyValue between the reader's position and `end`. Of several values set, the last counts, as in any protobuf oneof. */
export function writeProtobufValue(reader: WireReader, end: number, writer: RecordWriter, meaning: KeyMeaning): void {
  if (!writer.isContent(meaning) && writePlainValue(reader, end, writer, meaning)) {
    reader.position = end;
    return;
  }
  const tag = lastValue(reader, end);
  switch (tag) {
    case STRING_VALUE: {
      const stop = reader.lengthEnd(end);
      writer.valueBytes(meaning, KIND.string, reader.bytes, reader.position, stop);
      break;
    }
    case BOOL_VALUE: {
      const text = reader.varint(end) !== 0 ? TRUE : FALSE;
      writer.valueBytes(meaning, KIND.bool, text, 0, text.length);
      break;
    }
    case INT_VALUE:
      writer.valueText(meaning, KIND.int, reader.int64Text(end));
      break;
    case DOUBLE_VALUE:
      writer.valueText(meaning, KIND.double, doubleText(reader.view.getFloat64(reader.fixed(8, end), true)));
      break;
    case BYTES_VALUE: {
      const stop = reader.lengthEnd(end);
      writer.valueText(meaning, KIND.bytes, reader.bytes.toString('base64', reader.position, stop));
      break;
    }
    case ARRAY_VALUE:
    case KVLIST_VALUE:
      writeNested(reader, end, writer, meaning, tag);
      break;
    default:
      writer.valueBytes(meaning, KIND.empty, NOTHING, 0, 0);
  }
  reader.position = end;
}

function writeNested(reader: WireReader, end: number, writer: RecordWriter, meaning: KeyMeaning, tag: number): void {
  const start = reader.position;
  const stop = reader.lengthEnd(end);
  const plain = tag === ARRAY_VALUE ? arrayJson(reader, stop, 1) : kvlistJson(reader, stop, 1);
  if (plain !== undefined) {
    writer.valueText(meaning, tag === ARRAY_VALUE ? KIND.array : KIND.kvlist, plain);
    return;
  }
  reader.position = start;
  writer.valueText(meaning, KIND.exact, exactValue(reader, end, tag, 0));
}

/** Finds the value that counts and leaves the reader at its content; 0 where none is set. */
function lastValue(reader: WireReader, end: number): number {
  let found = 0;
  let at = end;
  while (reader.position < end) {
    const tag = reader.tag(end);
    const start = reader.position;
    reader.skip(tag, end);
    if (isValueTag(tag)) {
      found = tag;
      at = start;
    }
  }
  reader.position = at;
  return found;
}

function isValueTag(tag: number): boolean {
  return (
    tag === STRING_VALUE ||
    tag === INT_VALUE ||
    tag === DOUBLE_VALUE ||
    tag === BOOL_VALUE ||
    tag === ARRAY_VALUE ||
    tag === KVLIST_VALUE ||
    tag === BYTES_VALUE
  );
}

/** Plain JSON of a value, undefined where plain JSON can't hold it (bytes, NaN, infinities). */
function valueJson(reader: WireReader, end: number, depth: number): string | undefined {
  if (depth > DEEPEST_VALUE) throw new NestingError();
  const tag = lastValue(reader, end);
  switch (tag) {
    case STRING_VALUE: {
      const stop = reader.lengthEnd(end);
      return JSON.stringify(reader.bytes.toString('utf8', reader.position, stop));
    }
    case BOOL_VALUE:
      return reader.varint(end) !== 0 ? 'true' : 'false';
    case INT_VALUE:
      return reader.int64Text(end);
    case DOUBLE_VALUE: {
      const value = reader.view.getFloat64(reader.fixed(8, end), true);
      return Number.isFinite(value) ? jsonDoubleText(value) : undefined;
    }
    case ARRAY_VALUE:
      return arrayJson(reader, reader.lengthEnd(end), depth + 1);
    case KVLIST_VALUE:
      return kvlistJson(reader, reader.lengthEnd(end), depth + 1);
    case BYTES_VALUE:
      return undefined;
    default:
      return 'null';
  }
}

function arrayJson(reader: WireReader, end: number, depth: number): string | undefined {
  const parts: string[] = [];
  let plain = true;
  eachFirst(reader, end, (stop) => {
    const part = valueJson(reader, stop, depth);
    if (part === undefined) plain = false;
    else parts.push(part);
  });
  return plain ? `[${parts.join(',')}]` : undefined;
}

function kvlistJson(reader: WireReader, end: number, depth: number): string | undefined {
  const parts = new Map<string, string | undefined>();
  eachEntry(reader, end, (key, stop) => {
    parts.delete(key);
    parts.set(key, valueJson(reader, stop, depth));
  });
  const printed: string[] = [];
  for (const [key, part] of parts) {
    if (part === undefined) return undefined;
    printed.push(`${JSON.stringify(key)}:${part}`);
  }
  return `{${printed.join(',')}}`;
}

/** The value as OTLP/JSON writes an AnyValue, which holds every kind. */
function exactJson(reader: WireReader, end: number, depth: number): string {
  const tag = lastValue(reader, end);
  return exactValue(reader, end, tag, depth);
}

function exactValue(reader: WireReader, end: number, tag: number, depth: number): string {
  if (depth > DEEPEST_VALUE) throw new NestingError();
  switch (tag) {
    case STRING_VALUE: {
      const stop = reader.lengthEnd(end);
      return `{"stringValue":${JSON.stringify(reader.bytes.toString('utf8', reader.position, stop))}}`;
    }
    case BOOL_VALUE:
      return `{"boolValue":${reader.varint(end) !== 0}}`;
    case INT_VALUE:
      return `{"intValue":"${reader.int64Text(end)}"}`;
    case DOUBLE_VALUE: {
      const value = reader.view.getFloat64(reader.fixed(8, end), true);
      return `{"doubleValue":${Number.isFinite(value) ? doubleText(value) : `"${doubleText(value)}"`}}`;
    }
    case BYTES_VALUE: {
      const stop = reader.lengthEnd(end);
      return `{"bytesValue":"${reader.bytes.toString('base64', reader.position, stop)}"}`;
    }
    case ARRAY_VALUE: {
      const parts: string[] = [];
      eachFirst(reader, reader.lengthEnd(end), (stop) => parts.push(exactJson(reader, stop, depth + 1)));
      return `{"arrayValue":{"values":[${parts.join(',')}]}}`;
    }
    case KVLIST_VALUE: {
      const parts = new Map<string, string>();
      eachEntry(reader, reader.lengthEnd(end), (key, stop) => {
        parts.delete(key);
        parts.set(key, exactJson(reader, stop, depth + 1));
      });
      const values = Array.from(parts, ([key, value]) => `{"key":${JSON.stringify(key)},"value":${value}}`);
      return `{"kvlistValue":{"values":[${values.join(',')}]}}`;
    }
    default:
      return '{}';
  }
}

/** Calls `visit` with the reader at each message of field 1; it must leave the reader anywhere inside. */
function eachFirst(reader: WireReader, end: number, visit: (stop: number) => void): void {
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag !== FIRST) {
      reader.skip(tag, end);
      continue;
    }
    const stop = reader.lengthEnd(end);
    visit(stop);
    reader.position = stop;
  }
}

/** Calls `visit` with each key and the reader at its value. */
function eachEntry(reader: WireReader, end: number, visit: (key: string, stop: number) => void): void {
  eachFirst(reader, end, (entryEnd) => {
    let key = '';
    let valueStart = entryEnd;
    let valueEnd = entryEnd;
    while (reader.position < entryEnd) {
      const tag = reader.tag(entryEnd);
      if (tag !== FIRST && tag !== SECOND) {
        reader.skip(tag, entryEnd);
        continue;
      }
      const stop = reader.lengthEnd(entryEnd);
      if (tag === FIRST) key = reader.bytes.toString('utf8', reader.position, stop);
      else {
        valueStart = reader.position;
        valueEnd = stop;
      }
      reader.position = stop;
    }
    reader.position = valueStart;
    visit(key, valueEnd);
  });
}
