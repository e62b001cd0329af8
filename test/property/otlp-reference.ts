import { createHmac } from 'node:crypto';
import { meaningOf } from '../../collector/src/otlp/attribute-keys.ts';
import type { AnyValue, KeyValue } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import { MASTER_KEY, TENANT } from '../otlp/transcoding.ts';

/** A list of attributes as columns: keys, values as text, one letter a kind. */
export interface Listed {
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly kinds: string;
}

const MARK = '\u{f0000}bytes ';

/** Text of bytes; of such as are no UTF-8 a stand-in, from which `bytesOf` makes them again. */
export function noUtf8Text(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : MARK + Buffer.from(bytes).toString('hex');
}

/** The bytes that a text stands for. */
export function bytesOf(text: string): Buffer {
  return text.startsWith(MARK) ? Buffer.from(text.slice(MARK.length), 'hex') : Buffer.from(text);
}

/** A text as JSON holds it: U+FFFD where it is no UTF-8. */
function shown(text: string): string {
  return bytesOf(text).toString('utf8');
}

/** Kind and text of a value, by the rules of `kinds.ts`. */
export function textOf(value: AnyValue | undefined): readonly [kind: string, text: string] {
  const one = value?.value;
  switch (one?.case) {
    case 'stringValue':
      return ['s', one.value];
    case 'boolValue':
      return ['b', `${one.value}`];
    case 'intValue':
      return ['i', `${one.value}`];
    case 'doubleValue':
      return ['d', Object.is(one.value, -0) ? '-0' : `${one.value}`];
    case 'bytesValue':
      return ['y', Buffer.from(one.value).toString('base64')];
    case 'arrayValue':
    case 'kvlistValue': {
      const plain = plainJson(value);
      return plain === undefined ? ['o', exactJson(value)] : [one.case === 'arrayValue' ? 'a' : 'k', plain];
    }
    default:
      return ['e', ''];
  }
}

/** Kind and text of personal content: the digest under the kind's capital. */
export function digested([kind, text]: readonly [string, string]): readonly [kind: string, text: string] {
  if (kind === 'e') return [kind, text];
  const tenantKey = createHmac('sha256', MASTER_KEY).update(`spanledger content key\0${TENANT}`).digest();
  return [kind.toUpperCase(), createHmac('sha256', tenantKey).update(kind).update(bytesOf(text)).digest('hex')];
}

/** Attributes as columns: of equal keys the last, at its place. What is content the dialect table says. */
export function listed(attributes: readonly KeyValue[] = [], nested = false): Listed {
  const kept = lastOfEach(attributes);
  const isContent = (key: string): boolean => meaningOf(shown(key))[nested ? 'contentInEvents' : 'content'];
  const texts = kept.map(({ key, value }) => (isContent(key) ? digested(textOf(value)) : textOf(value)));
  return {
    keys: kept.map(({ key }) => key),
    values: texts.map(([, text]) => text),
    kinds: texts.map(([kind]) => kind).join(''),
  };
}

/** Plain JSON of a value; undefined where bytes, NaN or an infinity is inside. Doubles have a point or an exponent. */
function plainJson(value: AnyValue | undefined): string | undefined {
  const one = value?.value;
  switch (one?.case) {
    case 'arrayValue': {
      const parts = one.value.values.map(plainJson);
      return parts.includes(undefined) ? undefined : `[${parts.join()}]`;
    }
    case 'kvlistValue': {
      const parts = lastOfEach(one.value.values, shown).map(({ key, value }) => {
        const part = plainJson(value);
        return part === undefined ? undefined : `${JSON.stringify(shown(key))}:${part}`;
      });
      return parts.includes(undefined) ? undefined : `{${parts.join()}}`;
    }
    case 'doubleValue': {
      const [, text] = textOf(value);
      if (!Number.isFinite(one.value)) return undefined;
      return text.includes('.') || text.includes('e') ? text : `${text}.0`;
    }
    case 'stringValue':
      return JSON.stringify(shown(one.value));
    case 'bytesValue':
      return undefined;
    case undefined:
      return 'null';
    default:
      return textOf(value)[1];
  }
}

/** The value as OTLP/JSON. */
function exactJson(value: AnyValue | undefined): string {
  const one = value?.value;
  switch (one?.case) {
    case 'arrayValue':
      return `{"arrayValue":{"values":[${one.value.values.map(exactJson).join()}]}}`;
    case 'kvlistValue': {
      const print = ({ key, value }: KeyValue): string =>
        `{"key":${JSON.stringify(shown(key))},"value":${exactJson(value)}}`;
      return `{"kvlistValue":{"values":[${lastOfEach(one.value.values, shown).map(print).join()}]}}`;
    }
    case 'doubleValue': {
      const [, text] = textOf(value);
      return `{"doubleValue":${Number.isFinite(one.value) ? text : `"${text}"`}}`;
    }
    case 'boolValue':
      return `{"boolValue":${one.value}}`;
    case undefined:
      return '{}';
    default:
      return `{"${one?.case}":${JSON.stringify(shown(textOf(value)[1]))}}`;
  }
}

function lastOfEach(entries: readonly KeyValue[], as: (key: string) => string = String): KeyValue[] {
  const last = new Map(entries.map(({ key }, i) => [as(key), i]));
  return entries.filter(({ key }, i) => last.get(as(key)) === i);
}
