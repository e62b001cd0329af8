import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ConfigurationError, SdkError } from '../errors.ts';

const VERSION = 'spanledger-step-1';
const IV = 12;
const TAG = 16;

/** Closes what has to leave the process so that nobody without the key can read or change it, and opens it again. */
export class StepSeal {
  readonly #key: Buffer | undefined;

  constructor(key: Uint8Array | string | undefined) {
    this.#key = key === undefined ? undefined : Buffer.from(hkdfSync('sha256', Buffer.from(key), '', VERSION, 32));
  }

  /** Gives a text of letters, digits, `-` and `_`. @throws {ConfigurationError} SUSPEND_KEY */
  close(text: string): string {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.#secret(), iv).setAAD(Buffer.from(VERSION));
    const closed = [cipher.update(text, 'utf8'), cipher.final()];
    return Buffer.concat([iv, cipher.getAuthTag(), ...closed]).toString('base64url');
  }

  /** @throws {ConfigurationError} SUSPEND_KEY @throws {SdkError} SUSPENDED_STEP when it was closed with another key, or changed */
  open(sealed: string): string {
    const key = this.#secret();
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(VERSION)).setAuthTag(bytes.subarray(IV, IV + TAG));
      return decipher.update(bytes.subarray(IV + TAG), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      const message = 'the suspended step can not be opened: it was changed, or closed under another `digestKey`';
      throw new SdkError('SUSPENDED_STEP', message, { cause });
    }
  }

  #secret(): Buffer {
    if (this.#key !== undefined) return this.#key;
    const message =
      'a suspended step is closed with it, so that another process can open it; give the same key to both';
    throw new ConfigurationError('SUSPEND_KEY', 'digestKey', message);
  }
}
