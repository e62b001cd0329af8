import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 5;
const SECRET_BYTES = 24;
const KEY = /^slk_([a-z0-9]{4,32})_([A-Za-z0-9_-]{22,86})$/;

/** A key taken apart. */
export interface KeyText {
  /** Names the key in lists and logs; no secret. */
  readonly id: string;
  readonly secret: string;
}

/** Makes a key of 192 random bits: `slk_<id>_<secret>`. */
export function makeKey(): KeyText & { readonly text: string } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, secret, text: `slk_${id}_${secret}` };
}

/** Takes a key apart; `undefined` for what has another form, too short a secret, or more than 123 characters. */
export function parseKey(text: string): KeyText | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/**
 * What is kept of a secret: its SHA-256 as 64 hexadecimal digits. A slow hash protects secrets that can be guessed; 128 random bits and
 * more can't, so it would only make each request slow.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares a secret with a hash of `hashSecret`, in the same time whether or not they fit. */
export function secretFits(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash, 'hex'));
}
