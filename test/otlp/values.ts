import { create } from '@bufbuild/protobuf';
import {
  type AnyValue,
  AnyValueSchema,
  ArrayValueSchema,
  type KeyValue,
  KeyValueListSchema,
  KeyValueSchema,
} from './generated/opentelemetry/proto/common/v1/common_pb.ts';

/** What a test may write for an AnyValue. A whole number becomes an int, any other a double; `null` is the empty value. */
export type Value =
  | string
  | boolean
  | bigint
  | number
  | null
  | Uint8Array
  | AnyValue
  | readonly Value[]
  | { readonly [key: string]: Value };

/** Attributes as a record, or as pairs when a key is to come twice. */
export type Attributes = Readonly<Record<string, Value>> | readonly (readonly [string, Value])[];

/** A double even when the number is whole. */
export function double(value: number): AnyValue {
  return create(AnyValueSchema, { value: { case: 'doubleValue', value } });
}

/** The AnyValue for a plain value. */
export function anyValue(value: Value): AnyValue {
  if (isAnyValue(value)) return value;
  return create(AnyValueSchema, { value: oneOf(value) });
}

/** The list of KeyValue for plain attributes, in their order. */
export function keyValues(attributes: Attributes): KeyValue[] {
  const pairs = Array.isArray(attributes) ? (attributes as [string, Value][]) : Object.entries(attributes);
  return pairs.map(([key, value]) => create(KeyValueSchema, { key, value: anyValue(value) }));
}

function isAnyValue(value: Value): value is AnyValue {
  return typeof value === 'object' && value !== null && '$typeName' in value;
}

function oneOf(value: Exclude<Value, AnyValue>): AnyValue['value'] {
  if (value === null) return { case: undefined };
  if (typeof value === 'string') return { case: 'stringValue', value };
  if (typeof value === 'boolean') return { case: 'boolValue', value };
  if (typeof value === 'bigint') return { case: 'intValue', value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { case: 'intValue', value: BigInt(value) } : { case: 'doubleValue', value };
  }
  if (value instanceof Uint8Array) return { case: 'bytesValue', value: new Uint8Array(value) };
  if (Array.isArray(value)) {
    return { case: 'arrayValue', value: create(ArrayValueSchema, { values: value.map(anyValue) }) };
  }
  const values = keyValues(value as Record<string, Value>);
  return { case: 'kvlistValue', value: create(KeyValueListSchema, { values }) };
}
