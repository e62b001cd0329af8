import { InputError } from '../errors.ts';

const LONG_NUMBER = /(?:^|[:[,])\s*-?\d{16,}/;

/** Parses a body so that integers beyond 2^53 keep their digits: they come as `bigint`. Throws InputError where it is no JSON. */
export function parseJson(body: Uint8Array): unknown {
  const text = decodeUtf8(body);
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
  } catch (thrown) {
    // Long integers are read by a function that calls itself.
    if (thrown instanceof RangeError)
      throw new InputError('MALFORMED_JSON', 'the body is nested thousands of levels deep');
    throw new InputError('MALFORMED_JSON', `the body is no JSON: ${(thrown as Error).message}`);
  }
}

/** Parses a part of a body that is known to be JSON, just as `parseJson` parses it in the whole. */
export function parseJsonPart(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new InputError('MALFORMED_JSON', 'the body is no UTF-8');
  }
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

/**
 * Text that UTF-8 can hold: a lone surrogate, which it can't, becomes its JSON escape, `\ud800`, so that a text always gives the
 * same bytes.
 */
export function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\p{Surrogate}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
