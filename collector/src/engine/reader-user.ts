import { sqlIdentifier, sqlString } from './sql-text.ts';

/** A read-only user of ClickHouse for one tenant, for Grafana and SQL clients. */
export interface ReaderUser {
  /** Letters, digits and `_`. */
  readonly name: string;
  /** SHA-256 of the password, 64 hexadecimal digits; without it the user needs none. */
  readonly passwordSha256?: string;
  /** The only tenant whose rows this user sees. */
  readonly tenant: string;
  /** Whether it may read content columns. Default true. */
  readonly seesContent?: boolean;
}

/** A column of a table. */
export type TableColumn = readonly [table: string, column: string];

/** What of a database belongs to tenants. */
export interface TenantSchema {
  readonly database: string;
  /** Tables of `database` with a column `tenant`: a reader sees its own tenant's rows of them only. */
  readonly tenantTables: readonly string[];
  /** Columns that hold content as it came: readers with `seesContent` alone may read them. Default none. */
  readonly contentColumns?: readonly TableColumn[];
  /** Columns of tables without a tenant that name what some tenant has: no reader may read them. Default none. */
  readonly hiddenColumns?: readonly TableColumn[];
}

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

/** Caps that a reader can't lift: value and most that a client may set, 1 at least. */
export function readerCaps(memoryBytes: number): Readonly<Record<string, { value: number; most: number }>> {
  return {
    max_execution_time: { value: 60, most: 120 },
    max_memory_usage: { value: memoryBytes, most: memoryBytes },
    max_result_rows: { value: 1_000_000, most: 1_000_000 },
    max_result_bytes: { value: 268_435_456, most: 268_435_456 },
    max_concurrent_queries_for_user: { value: 16, most: 16 },
  };
}

/** The statements that give a reader its rights, without the user they go to: `GRANT SELECT ON ...`. */
export function readerGrants(
  { seesContent = true }: ReaderUser,
  { database, contentColumns = [], hiddenColumns = [] }: TenantSchema,
): { readonly grants: readonly string[]; readonly revokes: readonly string[] } {
  const grants = [`SELECT ON ${database}.*`, `SHOW ON ${database}.*`].concat(
    systemTables.map((table) => `SELECT ON system.${table}`),
  );
  const hidden = seesContent ? hiddenColumns : [...hiddenColumns, ...contentColumns];
  return { grants, revokes: hidden.map(([table, column]) => `SELECT(${column}) ON ${database}.${table}`) };
}

/** The condition of a reader's row policies. */
export function tenantFilter({ tenant }: ReaderUser): string {
  return `tenant = ${sqlString(tenant)}`;
}

/**
 * The statements that make a reader on a ClickHouse server, one an element, without semicolons. They can be run again.
 * @param memoryBytes most memory of one of its queries
 */
export function readerStatements(reader: ReaderUser, schema: TenantSchema, memoryBytes: number): string[] {
  const user = sqlIdentifier(reader.name);
  const caps = Object.entries(readerCaps(memoryBytes)).map(
    ([name, { value, most }]) => `${name} = ${value} MIN 1 MAX ${most}`,
  );
  const password =
    reader.passwordSha256 === undefined ? 'no_password' : `sha256_hash BY ${sqlString(reader.passwordSha256)}`;
  const tables = schema.tenantTables.map((table) => `  ${schema.database}.${sqlIdentifier(table)}`);
  const { grants, revokes } = readerGrants(reader, schema);
  return [
    `CREATE SETTINGS PROFILE OR REPLACE spanledger_reader SETTINGS readonly = 2,\n  ${caps.join(',\n  ')}`,
    `CREATE USER OR REPLACE ${user} IDENTIFIED WITH ${password} SETTINGS PROFILE spanledger_reader`,
    `CREATE ROW POLICY OR REPLACE ${user} ON\n${tables.join(',\n')}\n  FOR SELECT USING ${tenantFilter(reader)} TO ${user}`,
    ...grants.map((grant) => `GRANT ${grant} TO ${user}`),
    ...revokes.map((revoke) => `REVOKE ${revoke} FROM ${user}`),
  ];
}
