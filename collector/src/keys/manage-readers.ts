import { createHash, randomBytes } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { ReaderRecord } from './key-records.ts';
import { changeKeysFile, readKeysFile } from './keys-file.ts';

/** Name of a tenant's SQL user: `reader` for the tenant `default`, else `reader_` and the tenant with `_` for `.` and `-`. */
export function readerName(tenant: string): string {
  return tenant === 'default' ? 'reader' : `reader_${tenant.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}

/**
 * Makes a SQL user of a tenant, or gives it a new password.
 * @returns the password, which is kept nowhere
 * @throws {InputError} `READER_NAME_TAKEN` where the name belongs to another tenant's
 * @throws {ConfigurationError} `KEYS_FILE_INVALID`, `KEYS_FILE_LOCKED`
 */
export async function addReader(
  file: string,
  wanted: Pick<ReaderRecord, 'name' | 'tenant' | 'scopes'>,
): Promise<{ readonly password: string; readonly record: ReaderRecord }> {
  const password = randomBytes(24).toString('base64url');
  const hash = createHash('sha256').update(password).digest('hex');
  const record: ReaderRecord = { ...wanted, password_sha256: hash, created: new Date().toISOString() };
  await changeKeysFile(file, (content) => {
    const same = content.readers.find(({ name }) => name === wanted.name);
    if (same !== undefined && same.tenant !== wanted.tenant) {
      const message = `the SQL user ${wanted.name} is of the tenant ${same.tenant}; choose another name with --name`;
      throw new InputError('READER_NAME_TAKEN', message);
    }
    return { ...content, readers: [...content.readers.filter((reader) => reader !== same), record] };
  });
  return { password, record };
}

/** The SQL users of a file. @throws {ConfigurationError} `KEYS_FILE_INVALID` */
export async function listReaders(file: string): Promise<readonly ReaderRecord[]> {
  return (await readKeysFile(file)).readers;
}

/**
 * Takes a SQL user out.
 * @throws {InputError} `READER_NOT_FOUND`
 * @throws {ConfigurationError} `KEYS_FILE_INVALID`, `KEYS_FILE_LOCKED`
 */
export async function removeReader(file: string, name: string): Promise<void> {
  await changeKeysFile(file, (content) => {
    const readers = content.readers.filter((reader) => reader.name !== name);
    if (readers.length === content.readers.length) {
      const message = `${file} has no SQL user ${name.slice(0, 130)}; "spanledger readers list" shows all`;
      throw new InputError('READER_NOT_FOUND', message);
    }
    return { ...content, readers };
  });
}
