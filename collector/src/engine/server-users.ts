import { ConfigurationError } from '../errors.ts';
import { type ReaderUser, readerCaps, readerGrants, type TenantSchema, tenantFilter } from './reader-user.ts';
import type { XmlValue } from './xml.ts';

/** User of the collector itself where the operator has a password; else it is `default`. */
export const OPERATOR = 'operator';

/**
 * Header of HTTP requests that are taken where the operator has a password: it names the operator or a reader, and where it is there
 * ClickHouse refuses a user that is named elsewhere. `Authorization` will not do, since a user in the URL wins over it.
 */
export const namedUser: Readonly<Record<string, string>> = {
  'X-ClickHouse-User': 'regex:(operator|reader[A-Za-z0-9_]*)',
};

const plainName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const readerName = /^reader[A-Za-z0-9_]{0,122}$/;

/** The readers there are unless the configuration names others. */
export const defaultReaders: readonly ReaderUser[] = Object.freeze([{ name: 'reader', tenant: 'default' }]);

/** What the embedded server's users are made from. */
export interface UsersInput extends TenantSchema {
  /** Memory cap of the server in bytes. */
  readonly memoryBytes: number;
  readonly readers: readonly ReaderUser[];
  /**
   * SHA-256 of the operator's password, 64 hexadecimal digits. Without it the user `default` is the operator and open, reachable from
   * loopback only.
   */
  readonly operatorPasswordSha256?: string | undefined;
}

const loopback: XmlValue = { ip: ['127.0.0.1', '::1'] };

/**
 * Gives the content of `users.xml`. CREATE USER and CREATE ROW POLICY are denied in the embedded server, and it reads the file at its
 * start only, so all is said here.
 * @throws {ConfigurationError} `ENGINE_USER_INVALID`, `ENGINE_DATABASE_INVALID`
 */
export function usersConfiguration(input: UsersInput): XmlValue {
  if (!plainName.test(input.database)) {
    const name = JSON.stringify(input.database);
    throw new ConfigurationError(
      'ENGINE_DATABASE_INVALID',
      `the database ${name} must be 1 to 64 letters, digits and _`,
    );
  }
  const users = operatorUsers(input.operatorPasswordSha256);
  for (const reader of input.readers) {
    checkReader(reader, users);
    users[reader.name] = readerUser(reader, input);
  }
  return {
    users,
    profiles: { default: { max_memory_usage: 0 }, reader: readerProfile(Math.floor(input.memoryBytes / 4)) },
    quotas: { default: {} },
  };
}

/**
 * The embedded server runs its own session under `default` without a password, and refuses to start otherwise. Whoever may send it a
 * query can read files: in `clickhouse-local` the function `file` reads any, whatever the grants. So where there is an operator with a
 * password, `default` may do just what that session does, and is not reachable over the network (`namedUser`).
 */
function operatorUsers(passwordSha256: string | undefined): Record<string, XmlValue> {
  const all = { profile: 'default', quota: 'default', networks: loopback };
  if (passwordSha256 === undefined) return { default: { password: '', ...all } };
  const session = { query: ['GRANT SYSTEM LISTEN ON *.*', 'GRANT SELECT ON system.numbers'] };
  return {
    default: { password: '', ...all, grants: session },
    [OPERATOR]: { password_sha256_hex: passwordSha256, ...all },
  };
}

function readerUser(reader: ReaderUser, schema: TenantSchema): XmlValue {
  const { grants, revokes } = readerGrants(reader, schema);
  const filter = tenantFilter(reader);
  return {
    ...(reader.passwordSha256 === undefined ? { password: '' } : { password_sha256_hex: reader.passwordSha256 }),
    profile: 'reader',
    quota: 'default',
    networks: loopback,
    grants: { query: [...grants.map((grant) => `GRANT ${grant}`), ...revokes.map((revoke) => `REVOKE ${revoke}`)] },
    databases: { [schema.database]: Object.fromEntries(schema.tenantTables.map((table) => [table, { filter }])) },
  };
}

/** `readonly = 2` lets a client send settings, as Grafana does; the constraints keep these caps from being lifted that way. */
function readerProfile(memoryBytes: number): XmlValue {
  const caps = Object.entries(readerCaps(memoryBytes));
  return {
    readonly: 2,
    ...Object.fromEntries(caps.map(([name, { value }]) => [name, value])),
    constraints: Object.fromEntries(caps.map(([name, { most }]) => [name, { min: 1, max: most }])),
  };
}

function checkReader(reader: ReaderUser, known: Readonly<Record<string, XmlValue>>): void {
  const refuse = (reason: string): never => {
    throw new ConfigurationError('ENGINE_USER_INVALID', `reader user ${JSON.stringify(reader.name)} ${reason}`);
  };
  if (!readerName.test(reader.name)) refuse('must be `reader` and up to 122 letters, digits and _');
  if (reader.name === OPERATOR || Object.hasOwn(known, reader.name)) refuse('is defined twice, or is the operator');
  if (reader.passwordSha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(reader.passwordSha256)) {
    refuse('has a passwordSha256 that is not 64 hexadecimal digits');
  }
}
