import { type ReaderUser, readerStatements } from '../engine/reader-user.ts';
import { parseRemote } from '../engine/remote.ts';
import { defaultMemoryBytes } from '../engine/server-config.ts';
import { READER_PATTERN } from '../keys/key-records.ts';
import { addReader, listReaders, readerName, removeReader } from '../keys/manage-readers.ts';
import type { Options } from '../options.ts';
import { readerUser } from '../sql-readers.ts';
import { clusterSchema, TENANT_SCHEMA } from '../tenant-tables.ts';
import { CONFIG_FLAG, readCollectorOptions } from './collector-flags.ts';
import { type Command, type CommandArguments, type CommandContext, textFlag, UsageError } from './command.ts';
import { formatTime, NOTHING } from './format.ts';
import { painterOf, renderTable } from './table.ts';

const WIDTH = 160;

/** `spanledger readers`: makes, lists and removes the read-only SQL users. */
export const READERS: Command = {
  help: `Usage: spanledger readers add [--tenant T] [--name NAME] [--audit]
       spanledger readers list
       spanledger readers remove NAME
       spanledger readers sql

A reader is a read-only user of ClickHouse that sees one tenant's rows, for Grafana and SQL clients.

add      makes one, or gives it a new password, and prints the password once: only its hash is kept
list     shows all
remove   takes one out
sql      prints the statements that make them on a ClickHouse server of your own (--clickhouse-url)

The embedded ClickHouse takes a change when the collector starts. With keys it lets readers in only where the option
embedded_readers is trusted, since it can't keep them from reading files.

  --tenant T          the one tenant that it sees [the option tenant]
  --name NAME         name of the user [reader for the tenant default, else reader_T]
  --audit             it may also read content and the bytes of rejected records
  --keys-file FILE    where readers are kept [keys.json in the data directory]
  --data-dir DIR      the collector's data directory [.spanledger]
  --clickhouse-url URL  for sql: the server, for the name of its database
  --config FILE       the collector's configuration file
`,
  flags: {
    ...CONFIG_FLAG,
    tenant: { type: 'string' },
    name: { type: 'string' },
    audit: { type: 'boolean' },
    'keys-file': { type: 'string' },
    'data-dir': { type: 'string' },
    'clickhouse-url': { type: 'string' },
  },
  mostPositionals: 2,
  run: async (given, context) => {
    const options = readCollectorOptions(given, context);
    const [action, name] = given.positionals;
    if (action !== 'remove' && name !== undefined) throw new UsageError(`unexpected argument ${name}`);
    switch (action) {
      case 'add':
        return add(options, given, context);
      case 'list':
        return list(options, context);
      case 'remove':
        if (name === undefined) throw new UsageError('say which user: spanledger readers remove NAME');
        await removeReader(options.keys_file, name);
        context.stdout.write(`Reader ${name} is gone when the collector has started again.\n`);
        return 0;
      case 'sql':
        return printSql(options, context);
      default:
        throw new UsageError('say what to do: add, list, remove or sql');
    }
  },
};

async function add(options: Options, given: CommandArguments, { stdout, stderr }: CommandContext): Promise<number> {
  const { tenant, keys_file: file } = options;
  const name = textFlag(given, 'name') ?? readerName(tenant);
  if (!READER_PATTERN.test(name)) throw new UsageError('--name takes reader and up to 122 letters, digits and _');
  const scopes = given.flags['audit'] === true ? (['read', 'audit'] as const) : (['read'] as const);
  const { password } = await addReader(file, { name, tenant, scopes });
  stderr.write(
    `SQL user ${name} sees tenant ${tenant}, ${scopes.length === 1 ? 'without content' : 'content too'}, once the collector has started again. ` +
      `Keep its password now, it is not shown again; its hash is in ${file}.\n`,
  );
  stdout.write(`${password}\n`);
  return 0;
}

async function list(options: Options, { stdout }: CommandContext): Promise<number> {
  const readers = await listReaders(options.keys_file);
  const titles = ['name', 'tenant', 'scopes', 'created'].map((title) => ({ title }));
  const rows = readers.map(({ name, tenant, scopes, created }) => [
    name,
    tenant,
    scopes.join('+'),
    created === null ? NOTHING : formatTime(created),
  ]);
  stdout.write(readers.length === 0 ? 'There are no readers.\n' : renderTable(titles, rows, WIDTH, painterOf(stdout)));
  return 0;
}

async function printSql(options: Options, { stdout }: CommandContext): Promise<number> {
  const readers: ReaderUser[] = (await listReaders(options.keys_file)).map(readerUser);
  if (readers.length === 0) throw new UsageError('there are no readers; make one first: spanledger readers add');
  const { database } = parseRemote({ url: options.clickhouse_url ?? 'http://127.0.0.1:8123' });
  const schema = { database, ...(options.cluster === undefined ? TENANT_SCHEMA : clusterSchema()) };
  const memoryBytes = Math.floor((options.clickhouse_memory ?? defaultMemoryBytes()) / 4);
  const statements = readers.flatMap((reader) => readerStatements(reader, schema, memoryBytes));
  stdout.write(statements.map((statement) => `${statement};\n`).join(''));
  return 0;
}
