import { z } from 'zod';
import type { Engine } from './engine-contract.ts';
import type { SqlFile } from './sql-files.ts';

/** What a row of `schema_migrations` is about. */
export type AppliedKind = 'migration' | 'ingest' | 'view';

/** The checksum that each file had when it was applied last, by name. */
export type MigrationRecord = Readonly<Record<AppliedKind, ReadonlyMap<string, string>>>;

const rows = z.array(z.object({ kind: z.string(), name: z.string(), last_checksum: z.string() }));

/** Makes the table `schema_migrations` unless it is there: one row for each time a file was applied. */
export async function createRecordTable(engine: Engine): Promise<void> {
  await engine.client.command({
    query: `CREATE TABLE IF NOT EXISTS schema_migrations (
      kind LowCardinality(String),
      name String,
      checksum String COMMENT 'SHA-256 of the file, hexadecimal',
      applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
    ) ENGINE = MergeTree ORDER BY (kind, name, applied_at) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  });
}

/** Whether the table is there. */
export async function hasRecord(engine: Engine): Promise<boolean> {
  const answer = await engine.client.query({ query: 'EXISTS TABLE schema_migrations', format: 'TabSeparated' });
  return (await answer.text()).trim() === '1';
}

/** Reads what was applied. */
export async function readRecord(engine: Engine): Promise<MigrationRecord> {
  const answer = await engine.client.query({
    query:
      'SELECT kind, name, argMax(checksum, applied_at) AS last_checksum FROM schema_migrations GROUP BY kind, name',
    format: 'JSONEachRow',
  });
  const all = rows.parse(await answer.json());
  const of = (kind: AppliedKind): ReadonlyMap<string, string> =>
    new Map(all.filter((row) => row.kind === kind).map((row) => [row.name, row.last_checksum]));
  return { migration: of('migration'), ingest: of('ingest'), view: of('view') };
}

/** Records that the file was applied now. */
export async function writeRecord(engine: Engine, kind: AppliedKind, file: SqlFile): Promise<void> {
  await engine.client.insert({
    table: 'schema_migrations',
    columns: ['kind', 'name', 'checksum'],
    values: [{ kind, name: file.name, checksum: file.checksum }],
    format: 'JSONEachRow',
  });
}
