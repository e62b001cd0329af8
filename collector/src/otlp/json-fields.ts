import { InputError } from '../errors.ts';
import { wellFormed } from './json-text.ts';
import { MOST_LISTED, TooManyError } from './kinds.ts';

/** A JSON object of unknown fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A field has another type than OTLP/JSON gives it. */
export class FieldError extends InputError {
  constructor(field: string, expected: string) {
    super('WRONG_TYPE', `${field} must be ${expected}`);
  }
}

const INT64_LEAST = -(2n ** 63n);
const INT64_MOST = 2n ** 63n - 1n;
const UINT64_MOST = 2n ** 64n - 1n;

/** Absent fields and null are the default value, as in protobuf's JSON mapping. */
function absent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** An object, empty where the field is absent. */
export function objectField(value: unknown, field: string): JsonObject {
  if (absent(value)) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new FieldError(field, 'an object');
  return value as JsonObject;
}

/** An array, empty where the field is absent. */
export function arrayField(value: unknown, field: string): readonly unknown[] {
  if (absent(value)) return [];
  if (!Array.isArray(value)) throw new FieldError(field, 'an array');
  return value;
}

/** An array of attributes, events or links, as long as one record may have them. */
export function listField(value: unknown, field: string): readonly unknown[] {
  const list = arrayField(value, field);
  if (list.length > MOST_LISTED) throw new TooManyError();
  return list;
}

/** A string, empty where the field is absent. */
export function stringField(value: unknown, field: string): string {
  if (absent(value)) return '';
  if (typeof value !== 'string') throw new FieldError(field, 'a string');
  return wellFormed(value);
}

/** An int64 as a number, a decimal string or a bigint; 0 where the field is absent. */
export function int64Field(value: unknown, field: string): bigint {
  return integer(value, field, INT64_LEAST, INT64_MOST);
}

/** A uint64 or fixed64. */
export function uint64Field(value: unknown, field: string): bigint {
  return integer(value, field, 0n, UINT64_MOST);
}

function integer(value: unknown, field: string, least: bigint, most: bigint): bigint {
  if (absent(value)) return 0n;
  const expected = `an integer from ${least} to ${most}, as a number or a decimal string`;
  let parsed: bigint;
  if (typeof value === 'bigint') parsed = value;
  else if (typeof value === 'number' && Number.isInteger(value)) parsed = BigInt(value);
  else if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) parsed = BigInt(value);
  else throw new FieldError(field, expected);
  if (parsed < least || parsed > most) throw new FieldError(field, expected);
  return parsed;
}

/** A uint32 or int32, also as a decimal string. */
export function int32Field(value: unknown, field: string): number {
  return Number(BigInt.asIntN(32, integer(value, field, -(2n ** 31n), 2n ** 32n - 1n)));
}

/** An enum: its number, as OTLP asks for, or its name, as protobuf's JSON mapping allows. */
export function enumField(value: unknown, field: string, names: readonly string[]): number {
  if (typeof value === 'string') {
    const index = names.indexOf(value);
    if (index >= 0) return index;
  }
  return int32Field(value, field);
}

/** A double as a number, a numeric string, or `NaN`, `Infinity`, `-Infinity`. */
export function doubleField(value: unknown, field: string): number {
  if (absent(value)) return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') {
    if (value === 'NaN') return Number.NaN;
    const parsed = Number(value);
    if (value.trim() !== '' && !Number.isNaN(parsed)) return parsed;
  }
  throw new FieldError(field, 'a number');
}

/** An id in hex of any case; bytes of any length, for the caller to judge. */
export function hexField(value: unknown, field: string): Buffer {
  if (absent(value)) return Buffer.alloc(0);
  if (typeof value !== 'string' || value.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(value)) {
    throw new FieldError(field, 'a string of hex digits');
  }
  return Buffer.from(value, 'hex');
}

/** Bytes in base64, standard or URL-safe, as their standard form. */
export function base64Field(value: unknown, field: string): string {
  if (absent(value)) return '';
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) throw new FieldError(field, 'base64');
  return Buffer.from(value, 'base64').toString('base64');
}
