import { Buffer } from 'node:buffer';
import { DIALECTS, TARGETS } from '@spanledger/semconv';
import { equalBytes, viewOf } from './byte-views.ts';

/** What the dialect table says of an attribute key. */
export interface KeyMeaning {
  /** Index into `TARGETS`, -1 where the key fills no target. */
  readonly target: number;
  /** Precedence among the keys of one target: lower wins, and of the same, which messages share, the last to stand in the record. */
  readonly rank: number;
  /** True where the value is personal content and the row keeps its digest. */
  readonly content: boolean;
  /** The same for an attribute of a span event. */
  readonly contentInEvents: boolean;
}

const PLAIN: KeyMeaning = { target: -1, rank: 0, content: false, contentInEvents: false };
const CONTENT: KeyMeaning = { target: -1, rank: 0, content: true, contentInEvents: true };
/** Meaning of a log record's body: personal content, unless there is none. */
export const BODY: KeyMeaning = CONTENT;
const CONTENT_IN_EVENTS: KeyMeaning = { target: -1, rank: 0, content: false, contentInEvents: true };

/** Keys of messages written out one attribute a field, with a number between prefix and suffix. */
interface MessageKeys {
  readonly prefix: string;
  readonly suffix: string;
  readonly meaning: KeyMeaning;
}

const { meanings, messages } = compileDialects();
const contentPrefixes = DIALECTS.flatMap((dialect) => dialect.contentPrefixes ?? []);
const contentIndexedPrefixes = DIALECTS.flatMap((dialect) => dialect.contentIndexedPrefixes ?? []);

function compileDialects(): { meanings: ReadonlyMap<string, KeyMeaning>; messages: readonly MessageKeys[] } {
  const compiled = new Map<string, KeyMeaning>();
  const compiledMessages: MessageKeys[] = [];
  let rank = 0;
  for (const dialect of DIALECTS) {
    for (const rule of dialect.rules) {
      if (compiled.has(rule.key)) throw new Error(`dialect tables give two meanings to ${rule.key}`);
      const target = rule.target === undefined ? -1 : TARGETS.indexOf(rule.target);
      const content = rule.content ?? false;
      compiled.set(rule.key, { target, rank: rank++, content, contentInEvents: content });
    }
    for (const { prefix, suffix, target } of dialect.messages ?? []) {
      const index = target === undefined ? -1 : TARGETS.indexOf(target);
      const meaning = { target: index, rank: rank++, content: true, contentInEvents: true };
      compiledMessages.push({ prefix, suffix, meaning });
    }
    for (const key of dialect.contentInEvents ?? []) {
      if (compiled.has(key)) throw new Error(`dialect tables give two meanings to ${key}`);
      compiled.set(key, CONTENT_IN_EVENTS);
    }
  }
  return { meanings: compiled, messages: compiledMessages };
}

/** Looks a key up in the compiled dialect table. */
export function meaningOf(key: string): KeyMeaning {
  const meaning = meanings.get(key);
  if (meaning !== undefined) return meaning;
  for (const { prefix, suffix, meaning: ofMessage } of messages) {
    if (!key.startsWith(prefix) || !key.endsWith(suffix)) continue;
    if (/^\d+$/.test(key.slice(prefix.length, -suffix.length))) return ofMessage;
  }
  if (contentPrefixes.some((prefix) => key.startsWith(prefix))) return CONTENT;
  for (const prefix of contentIndexedPrefixes) {
    const next = key.charCodeAt(prefix.length);
    if (next >= 48 && next <= 57 && key.startsWith(prefix)) return CONTENT;
  }
  return PLAIN;
}

const SLOTS = 16_384;
const MOST_KEYS = SLOTS / 2;
const LONGEST_KEY = 256;

/** A key of the table. */
export class InternedKey {
  readonly meaning: KeyMeaning;
  readonly size: number;
  readonly #view: DataView;
  /** The key that came after this one the last time, and the other one that did before. */
  following: InternedKey | undefined;
  followingBefore: InternedKey | undefined;
  /** For who looks for equal keys in a list: number of the list in which the key stood last, and where. */
  list = 0;
  entry = 0;

  /** @param bytes which are copied */
  constructor(bytes: Buffer) {
    this.#view = viewOf(new Uint8Array(bytes));
    this.size = bytes.length;
    this.meaning = meaningOf(bytes.toString('utf8'));
  }

  /** Says whether the key is the bytes from `start` to `end`. */
  is(bytes: DataView, start: number, end: number): boolean {
    return this.size === end - start && equalBytes(this.#view, bytes, start);
  }
}

/**
 * Interns attribute keys by their bytes, so that a key that was seen before costs a comparison and no string. Keys repeat; when the
 * table is full it starts anew, so no sender can fill it for good.
 */
export class KeyTable {
  readonly #slots = new Int32Array(SLOTS);
  #keys: InternedKey[] = [];
  /** The key found last. */
  #last: InternedKey = new InternedKey(Buffer.alloc(0));

  /** Forgets all keys when the table is full. Keys given before are void, so call it between records. */
  makeRoom(): void {
    if (this.#keys.length < MOST_KEYS - 1024) return;
    this.#slots.fill(0);
    this.#keys = [];
    this.#last = new InternedKey(Buffer.alloc(0));
  }

  /**
   * The key of these bytes, one of at most 8,192; undefined for a key that is too long or found no place. Keys come in the same order
   * over and over, so the one that followed last time is tried before the bytes are hashed.
   */
  intern(bytes: DataView, start: number, end: number): InternedKey | undefined {
    const last = this.#last;
    const likely = last.following;
    if (likely?.is(bytes, start, end)) {
      this.#last = likely;
      return likely;
    }
    const before = last.followingBefore;
    const key = before?.is(bytes, start, end) ? before : this.#lookUp(bytes, start, end);
    if (key === undefined) return undefined;
    last.followingBefore = likely;
    last.following = key;
    this.#last = key;
    return key;
  }

  /** The key that is likely to come next where it stands at `start`, with any byte after it; undefined where another does. */
  likely(bytes: DataView, start: number): InternedKey | undefined {
    const key = this.#last.following;
    if (key === undefined || start + key.size >= bytes.byteLength || !key.is(bytes, start, start + key.size))
      return undefined;
    return key;
  }

  /** Says that the key given by `likely` has come. */
  came(key: InternedKey): void {
    this.#last = key;
  }

  #lookUp(bytes: DataView, start: number, end: number): InternedKey | undefined {
    const size = end - start;
    if (size > LONGEST_KEY) return undefined;
    let hash = size;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes.getUint8(i), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number === 0) break;
      const key = this.#keys[number - 1] as InternedKey;
      if (key.is(bytes, start, end)) return key;
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (this.#keys.length >= MOST_KEYS) return undefined;
    const key = new InternedKey(Buffer.from(bytes.buffer, bytes.byteOffset + start, size));
    this.#slots[slot] = this.#keys.push(key);
    return key;
  }
}
