import path from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { spawnEngine } from './engine-child.ts';
import { type Engine, type EngineLog, silentLog } from './engine-contract.ts';
import { credentialHeaders, HttpConnection } from './http-connection.ts';
import { HttpEngine, type HttpEngineParts } from './http-engine.ts';
import { findLibrary } from './library.ts';
import { openOperatorPassword, sha256Hex } from './operator-password.ts';
import { reservePorts } from './ports.ts';
import type { ReaderUser, TableColumn } from './reader-user.ts';
import { checkServer, queryText } from './server-check.ts';
import { defaultMemoryBytes, writeServerConfig } from './server-config.ts';
import { defaultReaders, OPERATOR } from './server-users.ts';
import { StateHolder } from './state-holder.ts';
import { Supervisor } from './supervisor.ts';

/** How the embedded engine is run. */
export interface EmbeddedOptions {
  /** Directory of all data; made if need be, and locked while the engine is open. */
  readonly dataDirectory: string;
  /** Port of HTTP on loopback; 0 picks a free one. Default 8123. */
  readonly httpPort?: number;
  /** Port of the native protocol on loopback; 0 picks a free one. Default 9000. */
  readonly tcpPort?: number;
  /** Default `spanledger`. */
  readonly database?: string;
  /** Memory cap in bytes. Default: half the machine, at most 4 GiB. */
  readonly memoryBytes?: number;
  /** Read-only users. Default: `reader`, without a password, for the tenant `default`. */
  readonly readers?: readonly ReaderUser[];
  /** Tables with a column `tenant`, to which the readers' row policies apply. Default: none. */
  readonly tenantTables?: readonly string[];
  /** Columns that only readers with `seesContent` may read, and columns that none may. Default: none. */
  readonly contentColumns?: readonly TableColumn[];
  readonly hiddenColumns?: readonly TableColumn[];
  /**
   * Gives the operator a password, which is kept in `operator.password` of the data directory, and the name `operator`. Default false:
   * the operator is the open user `default`. With it there is no native protocol, since nothing can keep `default` off that.
   */
  readonly operatorPassword?: boolean;
  /** Limit for an insert, in milliseconds. Default 60,000. */
  readonly insertTimeoutMs?: number;
  /** Limit for the start, in milliseconds. Default 120,000: a large ledger takes time to load. */
  readonly startTimeoutMs?: number;
  readonly log?: EngineLog;
}

/**
 * Starts the embedded engine and waits until it answers; from then on it is started again whenever it ends.
 * @throws {ConfigurationError} `ENGINE_LIBRARY_MISSING`, `ENGINE_PORT_TAKEN`, `ENGINE_USER_INVALID`, `DATA_DIRECTORY_*`
 * @throws {EngineError} `ENGINE_START_FAILED` with what the engine said last; `ENGINE_QUERY` when it cannot make the database
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Engine> {
  const library = findLibrary();
  const directory = await openDataDirectory(options.dataDirectory);
  try {
    return await openIn(directory, library, options);
  } catch (error) {
    await directory.release();
    throw error;
  }
}

async function openIn(directory: DataDirectory, library: string, options: EmbeddedOptions): Promise<Engine> {
  const password = options.operatorPassword === true ? await openOperatorPassword(directory.path) : undefined;
  const native = { port: options.tcpPort ?? 9_000, option: '--clickhouse-tcp-port' } as const;
  const [httpPort = 0, tcpPort = null] = await reservePorts([
    { port: options.httpPort ?? 8_123, option: '--clickhouse-http-port' },
    ...(password === undefined ? [native] : []),
  ]);
  const database = options.database ?? 'spanledger';
  const files = await writeServerConfig({
    directory: path.join(directory.path, 'engine'),
    httpPort,
    tcpPort,
    database,
    memoryBytes: options.memoryBytes ?? defaultMemoryBytes(),
    readers: options.readers ?? defaultReaders,
    tenantTables: options.tenantTables ?? [],
    contentColumns: options.contentColumns ?? [],
    hiddenColumns: options.hiddenColumns ?? [],
    operatorPasswordSha256: password === undefined ? undefined : sha256Hex(password),
  });
  const url = new URL(`http://127.0.0.1:${httpPort}`);
  const user = password === undefined ? 'default' : OPERATOR;
  const target = { url, user, password: password ?? '', ownHeaders: true };
  const connection = new HttpConnection(target);
  const stateHolder = new StateHolder('starting');
  let version = '';
  const supervisor = new Supervisor({
    spawn: () =>
      spawnEngine({
        library,
        configFile: files.config,
        httpPort,
        hasTcp: tcpPort !== null,
        stderrFile: files.stderr,
        headers: credentialHeaders(target),
      }),
    ask: async () => {
      await assertOwnServer(connection, target.url.origin, files.data);
      version = await checkServer(connection, target.url.origin, database);
    },
    startTimeoutMs: options.startTimeoutMs ?? 120_000,
    stateHolder,
    log: options.log ?? silentLog,
  });
  const parts = { target, connection, database, stateHolder, insertTimeoutMs: options.insertTimeoutMs };
  try {
    await supervisor.start();
  } catch (error) {
    connection.close();
    throw error;
  }
  return new EmbeddedEngine(parts, { tcpPort, supervisor, directory, version: () => version });
}

/** After a crash another server may have got the port first: nothing may be written there. */
async function assertOwnServer(connection: HttpConnection, where: string, data: string): Promise<void> {
  const query = "SELECT path FROM system.disks WHERE name = 'default'";
  const served = await queryText(connection, where, query, 2_000);
  if (path.resolve(served) === data) return;
  throw new ConfigurationError(
    'ENGINE_PORT_TAKEN',
    `another ClickHouse, with its data in ${served}, answers at ${where}. End it, or choose another port with --clickhouse-http-port.`,
  );
}

class EmbeddedEngine extends HttpEngine implements Engine {
  readonly kind = 'embedded';
  readonly servers: readonly Engine[] = [this];
  readonly shards: readonly Engine[] = [this];
  readonly tcpPort: number | null;
  readonly #supervisor: Supervisor;
  readonly #directory: DataDirectory;
  readonly #version: () => string;
  readonly #stateHolder: StateHolder;
  #stopped: Promise<void> | undefined;

  constructor(
    parts: HttpEngineParts,
    own: { tcpPort: number | null; supervisor: Supervisor; directory: DataDirectory; version: () => string },
  ) {
    super(parts);
    this.tcpPort = own.tcpPort;
    this.#supervisor = own.supervisor;
    this.#directory = own.directory;
    this.#version = own.version;
    this.#stateHolder = parts.stateHolder;
  }

  get version(): string {
    return this.#version();
  }

  get restarts(): number {
    return this.#supervisor.restarts;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopOnce();
    return this.#stopped;
  }

  async #stopOnce(): Promise<void> {
    // First, since the server waits seconds for connections that are still open.
    await this.closeConnections();
    await this.#supervisor.stop();
    await this.#directory.release();
    this.#stateHolder.set('stopped');
  }
}
