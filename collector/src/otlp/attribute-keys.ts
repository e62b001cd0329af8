import { Buffer } from 'node:buffer';
import { DIALECTS, TARGETS } from '@spanledger/semconv';

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

/**
 * Interns attribute keys by their bytes, so that a key that was seen before costs a hash and a comparison and no string. Keys repeat;
 * when the table is full it starts anew, so no sender can fill it for good.
 */
export class KeyTable {
  readonly #slots = new Int32Array(SLOTS);
  #keys: Buffer[] = [];
  #meanings: KeyMeaning[] = [];

  /** Forgets all keys when the table is full. Ids given before are void, so call it between records. */
  makeRoom(): void {
    if (this.#keys.length < MOST_KEYS - 1024) return;
    this.#slots.fill(0);
    this.#keys = [];
    this.#meanings = [];
  }

  /** Number of the key, from 0, below 16,384; -1 for a key that is too long or found no place. */
  intern(bytes: Buffer, start: number, end: number): number {
    const size = end - start;
    if (size > LONGEST_KEY) return -1;
    let hash = size;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (;;) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) break;
      const key = this.#keys[id] as Buffer;
      if (key.length === size && sameBytes(key, bytes, start)) return id;
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (this.#keys.length >= MOST_KEYS) return -1;
    const key = Buffer.from(bytes.subarray(start, end));
    this.#keys.push(key);
    this.#meanings.push(meaningOf(key.toString('utf8')));
    this.#slots[slot] = this.#keys.length;
    return this.#keys.length - 1;
  }

  /** Meaning of an interned key. */
  meaning(id: number): KeyMeaning {
    return this.#meanings[id] as KeyMeaning;
  }
}

function sameBytes(key: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
