import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type AnyValue,
  AnyValueSchema,
  type KeyValueSchema,
} from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';

// Fields of OTLP/JSON, read from what JSON.parse gives. The rules stand in `otlp-json-oracle.ts`.

/** A field has another type than its own. */
export class FieldFault extends Error {}

/** What JSON.parse gives; numbers are objects that hold their digits. */
export type Json = unknown;
/** An object of fields. */
export type JsonFields = Readonly<Record<string, Json>>;

const NUMBER = '\0number';
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const DEEPEST = 100;
const VALUE_FIELDS = [
  'stringValue',
  'intValue',
  'boolValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
] as const;

/** Parses a body so that numbers keep their digits. Throws SyntaxError or TypeError where it is no JSON in UTF-8. */
export function parse(body: Uint8Array): Json {
  const json = new TextDecoder('utf-8', { fatal: true }).decode(body);
  JSON.parse(json);
  return JSON.parse(json.replace(TOKEN, (token) => (token.startsWith('"') ? token : `{"\\u0000number":"${token}"}`)));
}

/** How deep a text that is JSON is nested. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [mark] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (mark === '[' || mark === '{') deepest = Math.max(deepest, ++depth);
    else if (!mark.startsWith('"')) depth -= 1;
  }
  return deepest;
}

/** Whether it is an object of fields. */
export function isObject(json: Json): json is JsonFields {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !(NUMBER in json);
}

function digitsOf(json: Json): string | undefined {
  if (typeof json === 'string') return json;
  return typeof json === 'object' && json !== null && NUMBER in json ? String(json[NUMBER]) : undefined;
}

const isAbsent = (json: Json): boolean => json === undefined || json === null;

/** An object field. */
export function objectOf(json: Json): JsonFields {
  if (isAbsent(json)) return {};
  if (!isObject(json)) throw new FieldFault();
  return json;
}

/** A list field. */
export function listOf(json: Json): readonly Json[] {
  if (isAbsent(json)) return [];
  if (!Array.isArray(json)) throw new FieldFault();
  return json;
}

/** A string field, as UTF-8 can hold it. */
export function textOf(json: Json): string {
  if (isAbsent(json)) return '';
  if (typeof json !== 'string') throw new FieldFault();
  return Array.from(json, (point) =>
    /[\ud800-\udfff]/.test(point) && point.length === 1 ? escapeOf(point) : point,
  ).join('');
}

function escapeOf(surrogate: string): string {
  return `\\u${surrogate.charCodeAt(0).toString(16)}`;
}

function integerOf(json: Json, least: bigint, most: bigint): bigint {
  if (isAbsent(json)) return 0n;
  const digits = digitsOf(json) ?? '';
  const isWhole = /^-?\d+$/.test(digits) && (typeof json !== 'string' || digits.length <= 21);
  if (!isWhole && (typeof json === 'string' || !Number.isInteger(Number(digits || 'x')))) throw new FieldFault();
  const integer = isWhole ? BigInt(digits) : BigInt(Number(digits));
  if (integer < least || integer > most) throw new FieldFault();
  return integer;
}

/** An int64 field. */
export function int64Of(json: Json): bigint {
  return integerOf(json, -(2n ** 63n), 2n ** 63n - 1n);
}

/** A uint64 field. */
export function uint64Of(json: Json): bigint {
  return integerOf(json, 0n, 2n ** 64n - 1n);
}

/** A field of 32 bits, signed or not. */
export function int32Of(json: Json): number {
  return Number(BigInt.asIntN(32, integerOf(json, -(2n ** 31n), 2n ** 32n - 1n)));
}

/** An enum by its number or name. */
export function enumOf(json: Json, names: readonly string[]): number {
  const at = typeof json === 'string' ? names.indexOf(json) : -1;
  return at < 0 ? int32Of(json) : at;
}

function doubleOf(json: Json): number {
  if (isAbsent(json)) return 0;
  const digits = digitsOf(json);
  if (digits === 'NaN') return Number.NaN;
  const double = digits === undefined || digits.trim() === '' ? Number.NaN : Number(digits);
  if (Number.isNaN(double)) throw new FieldFault();
  return double;
}

function booleanOf(json: Json): boolean {
  if (json === true || json === 'true') return true;
  if (json === false || json === 'false') return false;
  throw new FieldFault();
}

/** An id in hex of any case and length. */
export function idOf(json: Json): Uint8Array<ArrayBuffer> {
  if (isAbsent(json)) return new Uint8Array();
  if (typeof json !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(json)) throw new FieldFault();
  return Uint8Array.from(json.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function bytesOf(json: Json): Uint8Array<ArrayBuffer> {
  if (typeof json !== 'string' || !/^[\w+/-]*={0,2}$/.test(json)) throw new FieldFault();
  return new Uint8Array(Buffer.from(json, 'base64url'));
}

/** Attributes: of those with one key only the last counts, at its place. */
export function attributesOf(json: Json): MessageInitShape<typeof KeyValueSchema>[] {
  const items = listOf(json).map(objectOf);
  const keys = items.map((item) => textOf(item['key']));
  const places = new Map(keys.map((key, at) => [key, at]));
  return Array.from(places.values())
    .sort((one, other) => one - other)
    .map((at) => ({ key: keys[at] ?? '', value: anyValueOf(items[at]?.['value']) }));
}

/** An AnyValue. */
export function anyValueOf(json: Json, depth = 0): AnyValue {
  const fields = objectOf(json);
  if (depth > DEEPEST) throw new FieldFault();
  const field = VALUE_FIELDS.find((name) => !isAbsent(fields[name]));
  const of = field === undefined ? undefined : fields[field];
  const made = (value: AnyValue['value']): AnyValue => create(AnyValueSchema, { value });
  switch (field) {
    case undefined:
      return made({ case: undefined });
    case 'stringValue':
      return made({ case: field, value: textOf(of) });
    case 'intValue':
      return made({ case: field, value: int64Of(of) });
    case 'boolValue':
      return made({ case: field, value: booleanOf(of) });
    case 'doubleValue':
      return made({ case: field, value: doubleOf(of) });
    case 'bytesValue':
      return made({ case: field, value: bytesOf(of) });
    case 'arrayValue':
      return create(AnyValueSchema, {
        value: {
          case: field,
          value: { values: listOf(objectOf(of)['values']).map((item) => anyValueOf(item, depth + 1)) },
        },
      });
    case 'kvlistValue': {
      const values = listOf(objectOf(of)['values']).map((item) => {
        const entry = objectOf(item);
        return { key: textOf(entry['key']), value: anyValueOf(entry['value'], depth + 1) };
      });
      return create(AnyValueSchema, { value: { case: field, value: { values } } });
    }
  }
}
