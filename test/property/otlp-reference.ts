import { createHmac } from 'node:crypto';
import type { AnyValue, KeyValue } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import { MASTER_KEY, TENANT } from '../otlp/transcoding.ts';

/** A list of attributes as columns: keys, values as text, one letter a kind. */
export interface Listed {
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly kinds: string;
}

/** Keys of `otlp-messages.ts` whose values are personal content. */
const CONTENT: ReadonlySet<string> = new Set(['user.id', 'gen_ai.input.messages', 'gen_ai.prompt.0.content']);

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
  return [
    kind.toUpperCase(),
    createHmac('sha256', tenantKey)
      .update(kind + text)
      .digest('hex'),
  ];
}

/** Attributes as columns: of equal keys the last, at its place. */
export function listed(attributes: readonly KeyValue[] = []): Listed {
  const kept = lastOfEach(attributes);
  const texts = kept.map(({ key, value }) => (CONTENT.has(key) ? digested(textOf(value)) : textOf(value)));
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
      const parts = lastOfEach(one.value.values).map(({ key, value }) => {
        const part = plainJson(value);
        return part === undefined ? undefined : `${JSON.stringify(key)}:${part}`;
      });
      return parts.includes(undefined) ? undefined : `{${parts.join()}}`;
    }
    case 'doubleValue': {
      const [, text] = textOf(value);
      if (!Number.isFinite(one.value)) return undefined;
      return text.includes('.') || text.includes('e') ? text : `${text}.0`;
    }
    case 'stringValue':
      return JSON.stringify(one.value);
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
      const print = ({ key, value }: KeyValue): string => `{"key":${JSON.stringify(key)},"value":${exactJson(value)}}`;
      return `{"kvlistValue":{"values":[${lastOfEach(one.value.values).map(print).join()}]}}`;
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
      return `{"${one?.case}":${JSON.stringify(textOf(value)[1])}}`;
  }
}

function lastOfEach(entries: readonly KeyValue[]): KeyValue[] {
  return entries.filter(({ key }, i) => entries.findLastIndex((other) => other.key === key) === i);
}
