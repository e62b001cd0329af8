import { ConfigurationError } from '../errors.ts';
import { firstTwice, type KeyRecord, scopeList, TENANT_PATTERN } from './key-records.ts';
import { hashSecret, parseKey } from './key-text.ts';

/**
 * Reads the keys of `SPANLEDGER_KEYS`: entries separated by commas, blanks or lines, each `ID:HASH:TENANT:SCOPE+SCOPE` as
 * `spanledger keys list --environment` prints them, or `KEY:TENANT:SCOPE+SCOPE` with the key itself.
 * @throws {ConfigurationError} `KEYS_INVALID` naming the entry by its number and, where it is no secret, its id
 * @example parseEnvironmentKeys('0a1b2c3d4e:9f86...0a08:acme:ingest+read')
 */
export function parseEnvironmentKeys(text: string): KeyRecord[] {
  const keys = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry, index) => parseEntry(entry, index + 1));
  const twice = firstTwice(keys.map(({ id }) => id));
  if (twice !== undefined) throw new ConfigurationError('KEYS_INVALID', `SPANLEDGER_KEYS: key ${twice} is there twice`);
  return keys;
}

/** Writes a key as an entry of `SPANLEDGER_KEYS`, with its hash. */
export function environmentEntry({ id, hash, tenant, scopes }: KeyRecord): string {
  return [id, hash, tenant, scopes.join('+')].join(':');
}

function parseEntry(entry: string, number: number): KeyRecord {
  const refuse = (reason: string): never => {
    throw new ConfigurationError('KEYS_INVALID', `SPANLEDGER_KEYS: entry ${number} ${reason}`);
  };
  const parts = entry.split(':');
  const plain = parts.length === 3 ? parseKey(parts[0] ?? '') : undefined;
  const [id = '', hash = ''] = plain === undefined ? parts : [plain.id, hashSecret(plain.secret)];
  const [tenant = '', scopeWords = ''] = parts.slice(-2);
  if (parts.length !== 4 && plain === undefined) {
    refuse('must read ID:HASH:TENANT:SCOPE+SCOPE, or KEY:TENANT:SCOPE+SCOPE with a key that spanledger made');
  }
  if (!/^[a-z0-9]{4,32}$/.test(id)) refuse('must begin with an id of 4 to 32 small letters and digits');
  if (!/^[0-9a-f]{64}$/.test(hash)) refuse(`(key ${id}) must have a SHA-256 of 64 hexadecimal digits after the id`);
  if (!TENANT_PATTERN.test(tenant)) refuse(`(key ${id}) must have a tenant of 1 to 100 letters, digits, _ . -`);
  const scopes = scopeList.safeParse(scopeWords.split('+'));
  if (!scopes.success) return refuse(`(key ${id}): its scopes: ${scopes.error.issues[0]?.message}`);
  return {
    id,
    hash,
    tenant,
    scopes: scopes.data,
    name: 'SPANLEDGER_KEYS',
    created: null,
    expires: null,
    revoked: null,
  };
}
