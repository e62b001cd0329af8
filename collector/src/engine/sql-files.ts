import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { splitStatements } from './statements.ts';

/** One file of `sql/migrations`, `sql/ingest` or `sql/views`. */
export interface SqlFile {
  /** File name without `.sql`, for example `001_ledger`. */
  readonly name: string;
  /** SHA-256 of the text, in hexadecimal digits; line ends count as `\n`. */
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** Reads the views of `directory`/views in order of their names; without that folder there are none. */
export function readViews(directory: string): Promise<SqlFile[]> {
  return readSqlFiles(path.join(directory, 'views'));
}

/**
 * Reads the materialized views of `directory`/ingest in order of their names; without that folder there are none. Each statement
 * becomes two: one makes the view unless it is there, one gives a view that is there its query of today, between two inserts.
 * @throws {ConfigurationError} `MIGRATION_INVALID` for a statement of another form
 */
export async function readIngest(directory: string): Promise<SqlFile[]> {
  const files = await readSqlFiles(path.join(directory, 'ingest'));
  return files.map((file) => ({
    ...file,
    statements: file.statements.flatMap((text) => createAndModify(text, file.name)),
  }));
}

function createAndModify(statement: string, file: string): string[] {
  const parts = /^(?:--.*\n)*CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+) TO \w+ AS\n([\s\S]+)$/.exec(statement);
  if (parts === null) {
    const form = 'CREATE MATERIALIZED VIEW IF NOT EXISTS name TO table AS, a line break and the query';
    throw new ConfigurationError('MIGRATION_INVALID', `each statement of ingest/${file}.sql must read ${form}`);
  }
  return [statement, `ALTER TABLE ${parts[1]} MODIFY QUERY\n${parts[2]}`];
}

/**
 * Reads the migrations of `directory`/migrations in order of their numbers.
 * @throws {ConfigurationError} `MIGRATION_INVALID` for a name that is not `NNN_name.sql` or a number used twice
 */
export async function readMigrations(directory: string): Promise<SqlFile[]> {
  const files = await readSqlFiles(path.join(directory, 'migrations'));
  files.sort((left, right) => migrationNumber(left.name) - migrationNumber(right.name));
  for (const [index, file] of files.entries()) {
    const before = files[index - 1];
    if (before !== undefined && migrationNumber(before.name) === migrationNumber(file.name)) {
      throw new ConfigurationError('MIGRATION_INVALID', `${before.name}.sql and ${file.name}.sql have the same number`);
    }
  }
  return files;
}

/** Gives the number at the start of a migration's name. */
export function migrationNumber(name: string): number {
  const digits = /^(\d+)_/.exec(name)?.[1];
  if (digits === undefined) {
    throw new ConfigurationError('MIGRATION_INVALID', `${name}.sql is not named NNN_name.sql`);
  }
  return Number(digits);
}

async function readSqlFiles(folder: string): Promise<SqlFile[]> {
  const names = (await listed(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(path.join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return {
        name: name.slice(0, -'.sql'.length),
        checksum: createHash('sha256').update(text).digest('hex'),
        statements: splitStatements(text),
      };
    }),
  );
}

async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
