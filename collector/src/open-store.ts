import type { Logger } from 'pino';
import { type DataDirectory, openDataDirectory } from './engine/data-directory.ts';
import { type EngineOptions, openEngine } from './engine/engine.ts';
import type { Engine, EngineLog } from './engine/engine-contract.ts';
import { migrate } from './engine/migrate.ts';
import { findUnguarded } from './engine/row-policies.ts';
import { ConfigurationError } from './errors.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Options } from './options.ts';
import { embeddedReaders } from './sql-readers.ts';
import { SHARED_VIEWS, SQL_DIRECTORY, TENANT_SCHEMA, TENANT_TABLES } from './tenant-tables.ts';

/** Opens the engine that the options name. With a server by URL the data directory, which holds keys, is locked here. */
export async function openStore(
  options: Options,
  keys: KeyRing,
  log: Logger,
): Promise<{ engine: Engine; directory: DataDirectory | undefined }> {
  const engineLog: EngineLog = (level, message, fields) => log[level](fields ?? {}, message);
  if (options.clickhouse_url !== undefined) {
    const directory = await openDataDirectory(options.data_dir);
    try {
      const engine = await openEngine(serverOptions(options, options.clickhouse_url, engineLog));
      return { engine, directory };
    } catch (thrown) {
      await directory.release();
      throw thrown;
    }
  }
  const engine = await openEngine({
    kind: 'embedded',
    dataDirectory: options.data_dir,
    httpPort: options.clickhouse_http_port,
    tcpPort: options.clickhouse_tcp_port,
    readers: embeddedReaders(keys, options),
    operatorPassword: keys.isKeyed,
    ...TENANT_SCHEMA,
    log: engineLog,
    ...(options.clickhouse_memory === undefined ? {} : { memoryBytes: options.clickhouse_memory }),
  });
  return { engine, directory: undefined };
}

function serverOptions(options: Options, url: string, log: EngineLog): EngineOptions {
  if (options.cluster === undefined) return { kind: 'remote', url, log };
  return { kind: 'cluster', url, cluster: options.cluster, serverUrls: options.cluster_urls, log };
}

/** Brings the schema up to this code and writes the settings that views read. */
export async function prepareDatabase(
  engine: Engine,
  options: Options,
  progress: (step: string) => void,
): Promise<void> {
  progress('bringing the schema up to date');
  await migrate(engine, { directory: SQL_DIRECTORY, onProgress: ({ kind, name }) => progress(`  ${kind} ${name}`) });
  const unguarded = engine.kind === 'embedded' ? await findUnguarded(engine, TENANT_TABLES, SHARED_VIEWS) : [];
  if (unguarded.length > 0) {
    throw new ConfigurationError(
      'TABLES_UNGUARDED',
      `readers could see other tenants' rows in ${unguarded.join(', ')}`,
    );
  }
  await engine.client.insert({
    table: 'settings',
    format: 'JSONEachRow',
    values: [{ name: 'run_idle_seconds', value: String(options.run_idle_seconds) }],
  });
}
