import { type KeyMeaning, meaningOf } from './attribute-keys.ts';
import {
  arrayField,
  base64Field,
  doubleField,
  FieldError,
  int64Field,
  type JsonObject,
  listField,
  objectField,
  stringField,
} from './json-fields.ts';
import { DEEPEST_VALUE, doubleText, jsonDoubleText, KIND } from './kinds.ts';
import { NestingError } from './protobuf-value.ts';
import type { RecordWriter } from './record-writer.ts';

/** Fields of an AnyValue in OTLP/JSON, by the order in which they are looked for. */
type ValueField =
  | 'stringValue'
  | 'intValue'
  | 'boolValue'
  | 'doubleValue'
  | 'arrayValue'
  | 'kvlistValue'
  | 'bytesValue';
const VALUE_FIELDS: readonly ValueField[] = [
  'stringValue',
  'intValue',
  'boolValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
];

const NOTHING = Buffer.alloc(0);

function fieldOf(value: JsonObject): ValueField | undefined {
  for (const field of VALUE_FIELDS) if (value[field] !== undefined && value[field] !== null) return field;
  return undefined;
}

/** Writes a list of `{ key, value }` objects as a map; of equal keys the last counts, at its place. The kinds are left with the writer. */
export function writeJsonAttributes(list: unknown, field: string, writer: RecordWriter): void {
  const items = listField(list, field);
  const entries = new Map<string, unknown>();
  for (const item of items) {
    const entry = objectField(item, field);
    const key = stringField(entry['key'], `${field}.key`);
    if (entries.has(key)) entries.delete(key);
    entries.set(key, entry['value']);
  }
  writer.beginAttributes(entries.size);
  for (const [key, value] of entries) {
    writer.target.text(key);
    writeJsonValue(value, key, writer, meaningOf(key));
  }
}

/** Writes an AnyValue of OTLP/JSON just as `writeProtobufValue` writes the same value. */
export function writeJsonValue(json: unknown, name: string, writer: RecordWriter, meaning: KeyMeaning): void {
  const value = objectField(json, `value of ${name}`);
  const field = fieldOf(value);
  switch (field) {
    case undefined:
      writer.valueBytes(meaning, KIND.empty, NOTHING, 0, 0);
      return;
    case 'stringValue':
      writer.valueText(meaning, KIND.string, stringField(value[field], name));
      return;
    case 'boolValue':
      writer.valueText(meaning, KIND.bool, String(booleanField(value[field], name)));
      return;
    case 'intValue':
      writer.valueText(meaning, KIND.int, int64Field(value[field], name).toString());
      return;
    case 'doubleValue':
      writer.valueText(meaning, KIND.double, doubleText(doubleField(value[field], name)));
      return;
    case 'bytesValue':
      writer.valueText(meaning, KIND.bytes, base64Field(value[field], name));
      return;
    default: {
      const plain = plainJson(value, name, 0);
      if (plain !== undefined) writer.valueText(meaning, field === 'arrayValue' ? KIND.array : KIND.kvlist, plain);
      else writer.valueText(meaning, KIND.exact, exactJson(value, name, 0));
    }
  }
}

function booleanField(value: unknown, field: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value !== 'boolean') throw new FieldError(field, 'a boolean');
  return value;
}

/** Plain JSON of a value, undefined where plain JSON can't hold it (bytes, NaN, infinities). */
function plainJson(value: JsonObject, name: string, depth: number): string | undefined {
  if (depth > DEEPEST_VALUE) throw new NestingError();
  const field = fieldOf(value);
  switch (field) {
    case undefined:
      return 'null';
    case 'stringValue':
      return JSON.stringify(stringField(value[field], name));
    case 'boolValue':
      return String(booleanField(value[field], name));
    case 'intValue':
      return int64Field(value[field], name).toString();
    case 'doubleValue': {
      const number = doubleField(value[field], name);
      return Number.isFinite(number) ? jsonDoubleText(number) : undefined;
    }
    case 'bytesValue':
      // Of a key-value list also what a later entry of the same key replaces must be sound.
      base64Field(value[field], name);
      return undefined;
    case 'arrayValue': {
      const parts = valuesOf(value[field], name).map((part) => plainJson(objectField(part, name), name, depth + 1));
      return parts.includes(undefined) ? undefined : `[${parts.join(',')}]`;
    }
    case 'kvlistValue': {
      const parts = entriesOf(value[field], name, (part) => plainJson(part, name, depth + 1));
      if ([...parts.values()].includes(undefined)) return undefined;
      return `{${Array.from(parts, ([key, part]) => `${JSON.stringify(key)}:${part}`).join(',')}}`;
    }
  }
}

/** The value as OTLP/JSON in the one form that the protobuf walk writes too. */
function exactJson(value: JsonObject, name: string, depth: number): string {
  if (depth > DEEPEST_VALUE) throw new NestingError();
  const field = fieldOf(value);
  switch (field) {
    case undefined:
      return '{}';
    case 'stringValue':
      return `{"stringValue":${JSON.stringify(stringField(value[field], name))}}`;
    case 'boolValue':
      return `{"boolValue":${booleanField(value[field], name)}}`;
    case 'intValue':
      return `{"intValue":"${int64Field(value[field], name)}"}`;
    case 'doubleValue': {
      const number = doubleField(value[field], name);
      return `{"doubleValue":${Number.isFinite(number) ? doubleText(number) : `"${doubleText(number)}"`}}`;
    }
    case 'bytesValue':
      return `{"bytesValue":"${base64Field(value[field], name)}"}`;
    case 'arrayValue': {
      const parts = valuesOf(value[field], name).map((part) => exactJson(objectField(part, name), name, depth + 1));
      return `{"arrayValue":{"values":[${parts.join(',')}]}}`;
    }
    case 'kvlistValue': {
      const parts = entriesOf(value[field], name, (part) => exactJson(part, name, depth + 1));
      const values = Array.from(parts, ([key, part]) => `{"key":${JSON.stringify(key)},"value":${part}}`);
      return `{"kvlistValue":{"values":[${values.join(',')}]}}`;
    }
  }
}

function valuesOf(list: unknown, name: string): readonly unknown[] {
  return arrayField(objectField(list, name)['values'], name);
}

function entriesOf<T>(list: unknown, name: string, convert: (value: JsonObject) => T): Map<string, T> {
  const entries = new Map<string, T>();
  for (const item of valuesOf(list, name)) {
    const entry = objectField(item, name);
    const key = stringField(entry['key'], `${name}.key`);
    entries.delete(key);
    entries.set(key, convert(objectField(entry['value'], name)));
  }
  return entries;
}
