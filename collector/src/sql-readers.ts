import type { ReaderUser } from './engine/reader-user.ts';
import type { ReaderRecord } from './keys/key-records.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Options } from './options.ts';

/** The SQL user of a reader of the keys file. */
export function readerUser({ name, tenant, scopes, password_sha256: passwordSha256 }: ReaderRecord): ReaderUser {
  return { name, tenant, passwordSha256, seesContent: scopes.includes('audit') };
}

/**
 * The SQL users of the embedded engine. Without keys: `reader` without a password for the tenant of everybody, and those of the keys file.
 * With keys: those of the file where the option trusts them, else none, since the engine can't keep a SQL user from reading files.
 */
export function embeddedReaders(
  keys: KeyRing,
  { tenant, embedded_readers: trust }: Pick<Options, 'tenant' | 'embedded_readers'>,
): ReaderUser[] {
  const named = keys.readers.map(readerUser);
  if (keys.isKeyed) return trust === 'trusted' ? named : [];
  return named.some(({ name }) => name === 'reader') ? named : [{ name: 'reader', tenant }, ...named];
}
