import { InputError } from '../errors.ts';

/**
 * Kinds of attribute values, one character each in the column `attribute_kinds`. The same letter in upper case says that the row
 * holds the value's digest and the content table the value.
 */
export const KIND = {
  string: 's',
  bool: 'b',
  int: 'i',
  double: 'd',
  /** An array as plain JSON. */
  array: 'a',
  /** A key-value list as a plain JSON object. */
  kvlist: 'k',
  /** Bytes as base64. */
  bytes: 'y',
  /** A value without content. */
  empty: 'e',
  /** An array or list that plain JSON can't hold (bytes, NaN or infinities inside): the AnyValue as OTLP/JSON. */
  exact: 'o',
} as const;

/** Most attributes, events or links of one record; a few bytes on the wire may stand for each, and each costs memory. */
export const MOST_LISTED = 131_072;

/** A record has more attributes, events or links than any sender needs. */
export class TooManyError extends InputError {
  constructor() {
    super('TOO_MANY_ENTRIES', `a record must have at most ${MOST_LISTED} attributes, events or links`);
  }
}

/** Deepest nesting of arrays and lists in a value; protobuf's own parsers stop there too. */
export const DEEPEST_VALUE = 100;

const UPPER_CASE = 0x20;

/** Byte of a kind. */
export function kindByte(kind: string): number {
  return kind.charCodeAt(0);
}

/** Byte of the kind of a value that the row holds by digest. */
export function digestedKindByte(kind: string): number {
  return kind.charCodeAt(0) & ~UPPER_CASE;
}

/** Text of a double: the shortest that reads back as the same number, also for -0, NaN and the infinities. */
export function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Text of a double inside JSON: always with a point or an exponent, so that it can't be taken for an int. */
export function jsonDoubleText(value: number): string {
  const text = doubleText(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
