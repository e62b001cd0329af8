import { createHash } from 'node:crypto';
import { ConfigurationError, EngineError, ensureError } from '../errors.ts';
import { checkLayout } from './check-layout.ts';
import { alteredTable, clusterStatements, renewDistributed, shardedTables } from './cluster-sql.ts';
import type { Engine } from './engine-contract.ts';
import { type AppliedKind, createRecordTable, hasRecord, readRecord, writeRecord } from './migration-record.ts';
import { joiningStatement } from './replica-table.ts';
import { migrationNumber, readIngest, readMigrations, readViews, type SqlFile } from './sql-files.ts';
import { type AssertHeld, type TableLockOptions, withTableLock } from './table-lock.ts';

/** Where the SQL is, and who is told. */
export interface MigrateOptions {
  /** Folder with `migrations/NNN_name.sql`, `ingest/*.sql` and `views/*.sql`. */
  readonly directory: string;
  /** Called before each file that is applied. */
  readonly onProgress?: (file: { readonly kind: AppliedKind; readonly name: string }) => void;
  readonly lock?: TableLockOptions;
}

/** Names of the files that this call applied, in order. */
export interface MigrateResult {
  readonly migrations: readonly string[];
  readonly ingest: readonly string[];
  readonly views: readonly string[];
}

/**
 * Brings the database up to this code: applies the migrations that it has not had, in order of their numbers, then the
 * materialized views of ingest whose text changed, the last first, so that what a new column needs is there before it is filled, then all
 * views if a migration ran or a view's text changed (a view keeps the columns that its sources had when it was made). Of processes that start
 * together one works and the others wait. In a cluster each server is brought up so, one after the other. What failed is tried again by the next call, from its first statement on: write DDL
 * with IF NOT EXISTS.
 * @throws {ConfigurationError} `MIGRATION_INVALID`, `MIGRATION_CHANGED`, `MIGRATION_OUT_OF_ORDER`, `DATABASE_NEWER`, `CLUSTER_MISMATCH`
 * @throws {EngineError} `MIGRATION_FAILED` naming file and statement; `TABLE_LOCK_BUSY`, `TABLE_LOCK_LOST`
 */
export async function migrate(engine: Engine, options: MigrateOptions): Promise<MigrateResult> {
  const results: MigrateResult[] = [];
  for (const server of engine.servers) results.push(await migrateServer(server, engine.servers, options));
  const names = (kind: keyof MigrateResult): string[] => [...new Set(results.flatMap((result) => result[kind]))];
  return { migrations: names('migrations'), ingest: names('ingest'), views: names('views') };
}

async function migrateServer(
  engine: Engine,
  servers: readonly Engine[],
  options: MigrateOptions,
): Promise<MigrateResult> {
  const migrations = forCluster(engine, await readMigrations(options.directory));
  const ingest = await readIngest(options.directory);
  const views = madeOver(migrations, await readViews(options.directory));
  await checkLayout(engine);
  // A restart finds all of it done and needs no lock.
  if (await isDone(engine, { migrations, ingest, views })) return { migrations: [], ingest: [], views: [] };
  const work = async (assertHeld: AssertHeld): Promise<MigrateResult> => {
    await checkLayout(engine);
    await createRecordTable(engine);
    const apply = async (kind: AppliedKind, file: SqlFile): Promise<void> => {
      await assertHeld();
      options.onProgress?.({ kind, name: file.name });
      await runStatements(engine, servers, file);
      await writeRecord(engine, kind, file);
    };
    const record = await readRecord(engine);
    const pending = pendingMigrations(migrations, record.migration);
    for (const file of pending) await apply('migration', file);
    const changed = changedSince(record.ingest, ingest).reverse();
    for (const file of changed) await apply('ingest', file);
    const stale = changedSince(record.view, views).length > 0;
    const done = stale ? await applyViews(views, (view) => apply('view', view)) : [];
    return { migrations: pending.map(nameOf), ingest: changed.map(nameOf), views: done };
  };
  return withTableLock(engine, 'migration', work, options.lock);
}

interface Files {
  readonly migrations: readonly SqlFile[];
  readonly ingest: readonly SqlFile[];
  readonly views: readonly SqlFile[];
}

async function isDone(engine: Engine, { migrations, ingest, views }: Files): Promise<boolean> {
  if (!(await hasRecord(engine))) return false;
  const record = await readRecord(engine);
  const isPending = pendingMigrations(migrations, record.migration).length > 0;
  return !isPending && [...changedSince(record.ingest, ingest), ...changedSince(record.view, views)].length === 0;
}

/** Views that change with the last migration, so that a start that ends between the two finds them to be made anew. */
function madeOver(migrations: readonly SqlFile[], views: readonly SqlFile[]): SqlFile[] {
  const last = migrations.at(-1)?.checksum ?? '';
  return views.map((view) => ({
    ...view,
    checksum: createHash('sha256').update(last).update(view.checksum).digest('hex'),
  }));
}

/** The migrations as each server of the cluster runs them; their checksums are those of the files. */
function forCluster({ cluster }: Engine, files: readonly SqlFile[]): readonly SqlFile[] {
  if (cluster === null) return files;
  const all = files.flatMap((file) => file.statements);
  const sharded = shardedTables(all);
  const creators = new Map(all.flatMap((text) => [...shardedTables([text])].map((table) => [table, text] as const)));
  return files.map((file) => {
    const altered = new Set(file.statements.flatMap((statement) => alteredTable(statement, sharded) ?? []));
    return {
      ...file,
      statements: [
        ...file.statements.flatMap((statement) => clusterStatements(statement, cluster, sharded)),
        ...[...altered].map((table) => renewDistributed(table, cluster, creators.get(table) ?? '')),
      ],
    };
  });
}

function nameOf(file: SqlFile): string {
  return file.name;
}

function changedSince(applied: ReadonlyMap<string, string>, files: readonly SqlFile[]): SqlFile[] {
  return files.filter((file) => applied.get(file.name) !== file.checksum);
}

/** Compares the files with what the database has had. */
function pendingMigrations(files: readonly SqlFile[], applied: ReadonlyMap<string, string>): SqlFile[] {
  const known = new Set(files.map((file) => file.name));
  const unknown = [...applied.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      'DATABASE_NEWER',
      `the database has had migrations that this version does not know: ${unknown.sort().join(', ')}. Run the version that made them, or a newer one.`,
    );
  }
  const newest = Math.max(-1, ...[...applied.keys()].map(migrationNumber));
  return files.filter((file) => {
    const checksum = applied.get(file.name);
    if (checksum === undefined && migrationNumber(file.name) < newest) {
      throw new ConfigurationError(
        'MIGRATION_OUT_OF_ORDER',
        `the migration ${file.name}.sql is new but comes before number ${newest}, which the database has had. Give it the next number.`,
      );
    }
    if (checksum !== undefined && checksum !== file.checksum) {
      throw new ConfigurationError(
        'MIGRATION_CHANGED',
        `the migration ${file.name}.sql has changed since the database had it. Restore the file and put the change into a new migration.`,
      );
    }
    return checksum === undefined;
  });
}

/** Applies views in the order given; one that fails is tried again once others have passed, since it may read from them. */
async function applyViews(
  views: readonly SqlFile[],
  apply: (view: SqlFile) => Promise<void>,
): Promise<readonly string[]> {
  const done: string[] = [];
  let left = views;
  while (left.length > 0) {
    const failed: SqlFile[] = [];
    let first: unknown;
    for (const view of left) {
      try {
        await apply(view);
        done.push(view.name);
      } catch (thrown) {
        if (!(thrown instanceof EngineError) || thrown.code !== 'MIGRATION_FAILED') throw thrown;
        first ??= thrown;
        failed.push(view);
      }
    }
    if (failed.length === left.length) throw first;
    left = failed;
  }
  return done;
}

async function runStatements(engine: Engine, servers: readonly Engine[], file: SqlFile): Promise<void> {
  for (const [index, statement] of file.statements.entries()) {
    try {
      const isReplicated = engine.cluster?.isReplicated === true;
      const query = isReplicated ? await joiningStatement(engine, servers, statement) : statement;
      await engine.client.command({ query, clickhouse_settings: { wait_end_of_query: 1 } });
    } catch (cause) {
      throw new EngineError(
        'MIGRATION_FAILED',
        `${file.name}.sql, statement ${index + 1} of ${file.statements.length}: ${ensureError(cause).message}`,
        { cause },
      );
    }
  }
}
