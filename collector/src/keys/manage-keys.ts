import { InputError } from '../errors.ts';
import type { KeyRecord } from './key-records.ts';
import { hashSecret, makeKey } from './key-text.ts';
import { changeKeysFile, readKeysFile } from './keys-file.ts';

/**
 * Makes a key and keeps its hash.
 * @returns the key itself, which is kept nowhere, and what is kept
 * @throws {ConfigurationError} `KEYS_FILE_INVALID`, `KEYS_FILE_LOCKED`
 */
export async function addKey(
  file: string,
  wanted: Pick<KeyRecord, 'tenant' | 'scopes' | 'name' | 'expires'>,
): Promise<{ readonly text: string; readonly record: KeyRecord }> {
  const { id, secret, text } = makeKey();
  const record = { id, hash: hashSecret(secret), ...wanted, created: new Date().toISOString(), revoked: null };
  await changeKeysFile(file, (content) => ({ ...content, keys: [...content.keys, record] }));
  return { text, record };
}

/** The keys of a file, oldest first. @throws {ConfigurationError} `KEYS_FILE_INVALID` */
export async function listKeys(file: string): Promise<readonly KeyRecord[]> {
  return (await readKeysFile(file)).keys;
}

/**
 * Revokes a key; a second time changes nothing.
 * @throws {InputError} `KEY_NOT_FOUND`
 * @throws {ConfigurationError} `KEYS_FILE_INVALID`, `KEYS_FILE_LOCKED`
 */
export async function revokeKey(file: string, id: string): Promise<void> {
  await changeKeysFile(file, (content) => {
    if (!content.keys.some((key) => key.id === id)) {
      throw new InputError('KEY_NOT_FOUND', `${file} has no key ${id.slice(0, 40)}; "spanledger keys list" shows all`);
    }
    const revoked = new Date().toISOString();
    const keys = content.keys.map((key) => (key.id === id ? { ...key, revoked: key.revoked ?? revoked } : key));
    return { ...content, keys };
  });
}
