import { stat } from 'node:fs/promises';
import { ConfigurationError, ensureError } from '../errors.ts';
import { type Caller, everybody } from './caller.ts';
import { credentialOf, type RequestHeaders } from './credential.ts';
import type { KeyRecord, KeysContent, ReaderRecord } from './key-records.ts';
import { hashSecret, parseKey, secretFits } from './key-text.ts';
import { readKeysFile } from './keys-file.ts';

/** Shortest time between two looks at whether the keys file has changed. */
const LOOK_MILLISECONDS = 500;

/** An id that no key has is compared with this, so that it takes the time of one that there is. */
const NOBODY_HASH = hashSecret('');

/** Where keys come from. */
export interface KeySources {
  /** Keys file; need not be there. */
  readonly file: string;
  /** Keys of the environment, which never change. */
  readonly fixed: readonly KeyRecord[];
  /** Tenant of everybody, as long as there is no key. */
  readonly tenant: string;
}

/** Who is told about changes. */
export interface KeyRingHooks {
  /** The keys changed to so many; without keys before, each request needs one from now on. */
  readonly changed: (keys: number, firstKeys: boolean) => void;
  /** The file can't be read any more; the keys before stay in force. */
  readonly failed: (error: Error) => void;
}

interface Entry {
  readonly hash: string;
  readonly caller: Caller;
  /** Milliseconds since 1970 from which on the key is refused. */
  readonly until: number;
}

/**
 * All keys. The file is read again when it has changed, at most half a second later. Once there was a key, requests need one: neither
 * an empty file nor a missing one opens the collector again.
 */
export class KeyRing {
  readonly #sources: KeySources;
  readonly #hooks: KeyRingHooks;
  readonly #everybody: Caller;
  #entries: ReadonlyMap<string, Entry> = new Map();
  #readers: readonly ReaderRecord[] = [];
  #isKeyed = false;
  /** Mark of the file whose content is in force, and of the last one that could not be used. */
  #mark = '';
  #failedMark: string | undefined;
  #lookedAt = 0;
  #look: Promise<void> | undefined;

  private constructor(sources: KeySources, hooks: KeyRingHooks) {
    this.#sources = sources;
    this.#hooks = hooks;
    this.#everybody = everybody(sources.tenant);
  }

  /** @throws {ConfigurationError} `KEYS_FILE_INVALID` */
  static async open(sources: KeySources, hooks: KeyRingHooks): Promise<KeyRing> {
    const ring = new KeyRing(sources, hooks);
    ring.#mark = await markOf(sources.file);
    ring.#take(await readKeysFile(sources.file));
    ring.#lookedAt = performance.now();
    return ring;
  }

  /** Whether requests need a key. */
  get isKeyed(): boolean {
    return this.#isKeyed;
  }

  /** The SQL users that the file names now. */
  get readers(): readonly ReaderRecord[] {
    return this.#readers;
  }

  /** Finds who sends these headers; `undefined` without a key that is known, not expired and not revoked. */
  async callerOf(headers: RequestHeaders): Promise<Caller | undefined> {
    if (performance.now() - this.#lookedAt > LOOK_MILLISECONDS) await this.#lookAgain();
    if (!this.#isKeyed) return this.#everybody;
    const key = parseKey(credentialOf(headers) ?? '');
    if (key === undefined) return undefined;
    const entry = this.#entries.get(key.id);
    const fits = secretFits(key.secret, entry?.hash ?? NOBODY_HASH);
    return entry !== undefined && fits && Date.now() < entry.until ? entry.caller : undefined;
  }

  /** One look for all requests that wait for it. */
  async #lookAgain(): Promise<void> {
    this.#look ??= this.#reload().finally(() => {
      this.#lookedAt = performance.now();
      this.#look = undefined;
    });
    await this.#look;
  }

  async #reload(): Promise<void> {
    let mark: string | undefined;
    try {
      mark = await markOf(this.#sources.file);
      if (mark === this.#mark) return;
      if (mark === '') throw new Error('the keys file is gone');
      const wasKeyed = this.#isKeyed;
      this.#take(await readKeysFile(this.#sources.file));
      this.#mark = mark;
      this.#hooks.changed(this.#entries.size, this.#isKeyed && !wasKeyed);
    } catch (thrown) {
      // It is tried again at each look and told once.
      if (mark !== this.#failedMark) this.#hooks.failed(ensureError(thrown));
      this.#failedMark = mark;
    }
  }

  #take({ keys, readers }: KeysContent): void {
    const all = [...this.#sources.fixed, ...keys];
    const entries = new Map(all.map((record) => [record.id, entryOf(record)] as const));
    if (entries.size !== all.length) {
      const twice = keys.find(({ id }) => this.#sources.fixed.some((fixed) => fixed.id === id))?.id;
      const message = `key ${twice} stands both in ${this.#sources.file} and in SPANLEDGER_KEYS; take it out of one`;
      throw new ConfigurationError('KEYS_FILE_INVALID', message);
    }
    this.#entries = entries;
    this.#readers = readers;
    this.#isKeyed ||= all.length > 0;
  }
}

function entryOf({ id, hash, tenant, scopes, expires, revoked }: KeyRecord): Entry {
  const ends = [expires, revoked].map((time) => (time === null ? Number.POSITIVE_INFINITY : Date.parse(time)));
  // A time of revocation in the future must not keep the key alive.
  const until = revoked === null ? Math.min(...ends) : Number.NEGATIVE_INFINITY;
  return { hash, caller: Object.freeze({ keyId: id, tenant, scopes: new Set(scopes) }), until };
}

/** A text that changes when the file does; '' when it is not there. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return '';
    throw thrown;
  }
}
