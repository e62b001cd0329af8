import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError, EngineError, ensureError } from '../errors.ts';
import type { ClusterShape } from './cluster-sql.ts';
import { type Engine, type EngineLog, silentLog } from './engine-contract.ts';
import { HttpConnection, type HttpTarget } from './http-connection.ts';
import { HttpEngine, type HttpEngineParts } from './http-engine.ts';
import { checkServer, queryText } from './server-check.ts';
import { StateHolder } from './state-holder.ts';

/** Which server to use, and how patiently. */
export interface RemoteOptions {
  /** `http[s]://[user[:password]@]host[:port][/database]`; percent-encoded where need be. */
  readonly url: string;
  /** Wins over the URL's. Default `default`. */
  readonly user?: string;
  /** Wins over the URL's. Default: none. */
  readonly password?: string;
  /** Wins over the URL's. Default `spanledger`. */
  readonly database?: string;
  /** Limit for an insert, in milliseconds. Default 60,000. */
  readonly insertTimeoutMs?: number;
  /** How long a server that does not answer yet is waited for, in milliseconds. Default 10,000. */
  readonly startTimeoutMs?: number;
  /** Time between two looks at whether the server still answers, in milliseconds. Default 5,000. */
  readonly checkIntervalMs?: number;
  readonly log?: EngineLog;
  /** ClickHouse settings of every query. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The cluster that the server is part of. Default: none. */
  readonly cluster?: ClusterShape;
  /** Servers of the cluster, which are stopped with this engine, and which of them are replicas of each shard. Default: this one alone. */
  readonly members?: { readonly servers: readonly Engine[]; readonly shards: readonly (readonly Engine[])[] };
}

/**
 * Opens a ClickHouse server by URL and waits until it answers.
 * @throws {ConfigurationError} `ENGINE_URL_INVALID`, `ENGINE_AUTHENTICATION`, `ENGINE_TOO_OLD`
 * @throws {EngineError} `ENGINE_UNREACHABLE`, `ENGINE_QUERY`
 */
export async function openRemote(options: RemoteOptions): Promise<Engine> {
  const { target, database } = parseRemote(options);
  const connection = new HttpConnection(target);
  try {
    const version = await waitForServer(connection, target.url.origin, database, options);
    const parts = {
      target,
      connection,
      database,
      stateHolder: new StateHolder('ready'),
      settings: options.settings,
      cluster: options.cluster,
    };
    return new RemoteEngine({ ...parts, insertTimeoutMs: options.insertTimeoutMs }, version, options);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Takes the URL apart.
 * @throws {ConfigurationError} `ENGINE_URL_INVALID`; the message leaves the password out
 */
export function parseRemote(options: RemoteOptions): { target: HttpTarget; database: string } {
  const url = URL.canParse(options.url) ? new URL(options.url) : null;
  const inPath = /^\/([^/]*)$/.exec(url?.pathname ?? '');
  if (url === null || inPath === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(
      'ENGINE_URL_INVALID',
      'the ClickHouse URL (--clickhouse-url) must read http[s]://[user[:password]@]host[:port][/database]' +
        (url === null ? '' : `, not ${url.origin === 'null' ? url.protocol : url.origin + url.pathname}`),
    );
  }
  return {
    target: {
      url: new URL(url.origin),
      user: options.user ?? (decodeURIComponent(url.username) || 'default'),
      password: options.password ?? decodeURIComponent(url.password),
    },
    database: options.database ?? (decodeURIComponent(inPath[1] ?? '') || 'spanledger'),
  };
}

async function waitForServer(
  connection: HttpConnection,
  where: string,
  database: string,
  options: RemoteOptions,
): Promise<string> {
  const until = Date.now() + (options.startTimeoutMs ?? 10_000);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await checkServer(connection, where, database);
    } catch (thrown) {
      const unreachable = thrown instanceof EngineError && thrown.code === 'ENGINE_UNREACHABLE';
      if (!unreachable || Date.now() >= until) throw thrown;
      if (attempt === 1) options.log?.('warn', `${thrown.message}; waiting for it`);
      await delay(250);
    }
  }
}

class RemoteEngine extends HttpEngine implements Engine {
  readonly kind = 'remote';
  readonly tcpPort = null;
  readonly restarts = 0;
  readonly version: string;
  readonly servers: readonly Engine[];
  readonly #shards: readonly (readonly Engine[])[];
  readonly #connection: HttpConnection;
  readonly #stateHolder: StateHolder;
  readonly #log: EngineLog;
  readonly #timer: NodeJS.Timeout;

  constructor(parts: HttpEngineParts, version: string, options: RemoteOptions) {
    super(parts);
    this.version = version;
    this.servers = options.members?.servers ?? [this];
    this.#shards = options.members?.shards ?? [[this]];
    this.#connection = parts.connection;
    this.#stateHolder = parts.stateHolder;
    this.#log = options.log ?? silentLog;
    this.#timer = setInterval(() => void this.#look(), options.checkIntervalMs ?? 5_000).unref();
  }

  get shards(): readonly Engine[] {
    return this.#shards.flatMap((replicas) => replicas.find((one) => one.state === 'ready') ?? replicas.slice(0, 1));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.closeConnections();
    await Promise.all(this.servers.filter((server) => server !== this).map((server) => server.stop()));
    this.#stateHolder.set('stopped');
  }

  async #look(): Promise<void> {
    const before = this.state;
    try {
      await queryText(this.#connection, this.url, 'SELECT 1');
      this.#stateHolder.set('ready');
      if (before === 'down') this.#log('info', 'ClickHouse answers again', { url: this.url });
    } catch (thrown) {
      this.#stateHolder.set('down');
      if (before === 'ready' && this.state === 'down')
        this.#log('error', 'ClickHouse does not answer', { reason: ensureError(thrown).message });
    }
  }
}
