import { z } from 'zod';
import type { Row } from './store.ts';

/** Where a page ended: the last row's place in the order of its list. */
export interface Position {
  /** Time of the row, nanoseconds since 1970, as a decimal string. */
  readonly time: string;
  /** What orders rows of the same time: an id or a decimal cursor. */
  readonly key: string;
}

const position = z.tuple([z.literal(1), z.string().regex(/^-?\d{1,19}$/), z.string().max(2048)]);

/** Names a position by an opaque token. */
export function encodePosition({ time, key }: Position): string {
  return Buffer.from(JSON.stringify([1, time, key])).toString('base64url');
}

/** Reads a token; `undefined` when it is none of ours. */
export function decodePosition(token: string): Position | undefined {
  if (!/^[\w-]+$/.test(token)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    // Not JSON: then it is not a token.
    return undefined;
  }
  const parsed = position.safeParse(json);
  return parsed.success ? { time: parsed.data[1], key: parsed.data[2] } : undefined;
}

/** A page of a list. */
export interface Page {
  readonly rows: Row[];
  /** Token of the next page; `null` on the last. */
  readonly next_page_token: string | null;
}

/**
 * Cuts rows to a page. The query asked for one row more than `limit`, and each row says its place in `page_time` and `page_key`,
 * which are taken off.
 */
export function pageOf(rows: readonly Row[], limit: number): Page {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const next = rows.length > limit && last !== undefined;
  return {
    rows: kept.map(({ page_time: _time, page_key: _key, ...row }) => row),
    next_page_token: next ? encodePosition({ time: String(last['page_time']), key: String(last['page_key']) }) : null,
  };
}
