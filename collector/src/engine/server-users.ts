import { ConfigurationError } from '../errors.ts';
import { sqlString } from './sql-text.ts';
import type { XmlValue } from './xml.ts';

/** A read-only user of the embedded server, for Grafana and SQL clients. */
export interface ReaderUser {
  /** Letters, digits and `_`. */
  readonly name: string;
  /** SHA-256 of the password, 64 hexadecimal digits; without it the user needs none. */
  readonly passwordSha256?: string;
  /** The only tenant whose rows this user sees. */
  readonly tenant: string;
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The readers there are unless the configuration names others. */
export const defaultReaders: readonly ReaderUser[] = Object.freeze([{ name: 'reader', tenant: 'default' }]);

/**
 * What SQL clients look up. ClickHouse lets every user read these for the tables it may see, so their columns `total_rows` and
 * `total_bytes` show a reader how much all tenants have together.
 */
const systemTables: readonly string[] = [
  'databases',
  'tables',
  'columns',
  'functions',
  'data_type_families',
  'settings',
];

/**
 * Gives the content of `users.xml`. The user `default` is the operator: open, since the embedded server runs its own session under
 * it, and reachable from loopback only. CREATE USER and CREATE ROW POLICY are denied in the embedded server, so all is said here.
 * @throws {ConfigurationError} `ENGINE_USER_INVALID`, `ENGINE_DATABASE_INVALID`
 */
export function usersConfiguration(input: {
  database: string;
  memoryBytes: number;
  readers: readonly ReaderUser[];
  tenantTables: readonly string[];
}): XmlValue {
  const users: Record<string, XmlValue> = {
    default: { password: '', profile: 'default', quota: 'default', networks: { ip: ['127.0.0.1', '::1'] } },
  };
  if (!plainName.test(input.database)) {
    const name = JSON.stringify(input.database);
    throw new ConfigurationError(
      'ENGINE_DATABASE_INVALID',
      `the database ${name} must be 1 to 64 letters, digits and _`,
    );
  }
  for (const reader of input.readers) {
    checkReader(reader, users);
    users[reader.name] = readerUser(reader, input.database, input.tenantTables);
  }
  return {
    users,
    profiles: { default: { max_memory_usage: 0 }, reader: readerProfile(Math.floor(input.memoryBytes / 4)) },
    quotas: { default: {} },
  };
}

function readerUser(reader: ReaderUser, database: string, tenantTables: readonly string[]): XmlValue {
  const filter = `tenant = ${sqlString(reader.tenant)}`;
  const grants = [
    `SELECT ON ${database}.*`,
    `SHOW ON ${database}.*`,
    ...systemTables.map((table) => `SELECT ON system.${table}`),
  ];
  return {
    ...(reader.passwordSha256 === undefined ? { password: '' } : { password_sha256_hex: reader.passwordSha256 }),
    profile: 'reader',
    quota: 'default',
    networks: { ip: ['127.0.0.1', '::1'] },
    grants: { query: grants.map((grant) => `GRANT ${grant}`) },
    databases: { [database]: Object.fromEntries(tenantTables.map((table) => [table, { filter }])) },
  };
}

/** `readonly = 2` lets a client send settings, as Grafana does; the constraints keep these caps from being lifted that way. */
function readerProfile(memoryBytes: number): XmlValue {
  return {
    readonly: 2,
    max_execution_time: 60,
    max_memory_usage: memoryBytes,
    max_result_rows: 1_000_000,
    max_result_bytes: 268_435_456,
    max_concurrent_queries_for_user: 16,
    constraints: {
      max_execution_time: { min: 1, max: 120 },
      max_memory_usage: { min: 1, max: memoryBytes },
      max_result_rows: { min: 1, max: 1_000_000 },
      max_result_bytes: { min: 1, max: 268_435_456 },
      max_concurrent_queries_for_user: { min: 1, max: 16 },
    },
  };
}

function checkReader(reader: ReaderUser, known: Readonly<Record<string, XmlValue>>): void {
  const refuse = (reason: string): never => {
    throw new ConfigurationError('ENGINE_USER_INVALID', `reader user ${JSON.stringify(reader.name)} ${reason}`);
  };
  if (!plainName.test(reader.name)) refuse('must be 1 to 64 letters, digits and _');
  if (Object.hasOwn(known, reader.name)) refuse('is defined twice, or is the operator');
  if (reader.passwordSha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(reader.passwordSha256)) {
    refuse('has a passwordSha256 that is not 64 hexadecimal digits');
  }
}
