/** What a statement must know of a cluster. */
export interface ClusterShape {
  /** Name of the cluster in `remote_servers`. */
  readonly name: string;
  /** Whether shards have replicas, which takes a Keeper and the macros `shard` and `replica`. */
  readonly isReplicated: boolean;
}

/** What follows a table's name where its rows lie: `ledger_local` beside the Distributed table `ledger`. */
export const STORED_SUFFIX = '_local';

const CREATE =
  /^((?:--[^\n]*\n|\s)*CREATE TABLE IF NOT EXISTS )(\w+)(\n[\s\S]*\nENGINE = )(\w*MergeTree)(?:\(([^)]*)\))?/;
const ALTER = /^((?:--[^\n]*\n|\s)*ALTER TABLE )(\w+)/;
const SETTINGS = /\nSETTINGS /;
const ORDER = /\nORDER BY ([^\n;]+)/;

/** Names of the tables that the statements make and whose rows lie on shards: those of the MergeTree family. */
export function shardedTables(statements: readonly string[]): ReadonlySet<string> {
  return new Set(statements.flatMap((statement) => CREATE.exec(statement)?.[2] ?? []));
}

/**
 * Gives the statements that do on each server of a cluster what one statement does on a single server. A table of the MergeTree family
 * becomes a table of its own on every server and a Distributed one over all of them, under the name that views and inserts use. What
 * holds no rows (views, tables of the engines Null and Join) stays as it is, so that an insert is worked on where it came in.
 */
export function clusterStatements(statement: string, shape: ClusterShape, sharded: ReadonlySet<string>): string[] {
  const create = CREATE.exec(statement);
  if (create !== null) {
    const [all, head = '', table = '', columns = '', family = '', values = ''] = create;
    const engine = shape.isReplicated ? replicated(family, values) : `${family}${values === '' ? '' : `(${values})`}`;
    const rest = statement.slice(all.length);
    const stored = `${head}${table}${STORED_SUFFIX}${columns}${engine}${shape.isReplicated ? withoutDeduplication(rest) : rest}`;
    return [stored, `CREATE TABLE IF NOT EXISTS ${distributed(table, shape, shardingKey(statement))}`];
  }
  const alter = ALTER.exec(statement);
  const [all = '', head = '', table = ''] = alter ?? [];
  if (alter === null || !sharded.has(table)) return [statement];
  return [`${head}${table}${STORED_SUFFIX}${statement.slice(all.length)}`];
}

/** Gives the statement that brings a Distributed table's columns up to those of the tables under it, after an ALTER. */
export function renewDistributed(table: string, shape: ClusterShape, createStatement: string): string {
  return `CREATE OR REPLACE TABLE ${distributed(table, shape, shardingKey(createStatement))}`;
}

/** The table that a statement alters, if its rows lie on shards. */
export function alteredTable(statement: string, sharded: ReadonlySet<string>): string | undefined {
  const table = ALTER.exec(statement)?.[2];
  return table !== undefined && sharded.has(table) ? table : undefined;
}

/**
 * The sharding key follows from the sorting key: its first column, with the next one where that is the tenant. So all rows of one name
 * lie on one shard, and FINAL, which works shard by shard, means the same as on a single server. An origin's number is its own key: the
 * logs of collectors are dealt out in turn, each whole on one shard.
 * @example `ORDER BY (tenant, trace_id, span_id)` gives `cityHash64(tenant, trace_id)`
 */
export function shardingKey(createStatement: string): string {
  const order = ORDER.exec(createStatement)?.[1]?.trim() ?? '';
  const [first = '', second] = topLevelParts(/^\((.*)\)$/.exec(order)?.[1] ?? order);
  if (first === '')
    throw new Error(`a table of the MergeTree family has no ORDER BY: ${createStatement.slice(0, 200)}`);
  if (first === 'origin') return 'origin';
  return `cityHash64(${first === 'tenant' && second !== undefined ? `${first}, ${second}` : first})`;
}

function topLevelParts(list: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const sign of list) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}

function distributed(table: string, { name }: ClusterShape, key: string): string {
  const stored = `${table}${STORED_SUFFIX}`;
  return `${table} AS ${stored} ENGINE = Distributed('${name}', currentDatabase(), '${stored}', ${key})`;
}

/**
 * A Replicated table drops an insert that equals one of the last hour, as a retry. Ours are none: a correction may go back to what stood
 * before, and rows are told apart by their names.
 */
function withoutDeduplication(rest: string): string {
  const setting = 'replicated_deduplication_window = 0';
  return SETTINGS.test(rest) ? rest.replace(SETTINGS, `\nSETTINGS ${setting}, `) : `${rest}\nSETTINGS ${setting}`;
}

function replicated(family: string, values: string): string {
  const place = "'/clickhouse/tables/{database}/{table}/{shard}', '{replica}'";
  return `Replicated${family}(${place}${values === '' ? '' : `, ${values}`})`;
}
