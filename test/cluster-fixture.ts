import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EngineChild, spawnEngine } from '../collector/src/engine/engine-child.ts';
import { credentialHeaders } from '../collector/src/engine/http-connection.ts';
import { findLibrary } from '../collector/src/engine/library.ts';
import { reservePorts } from '../collector/src/engine/ports.ts';
import { writeServerConfig } from '../collector/src/engine/server-config.ts';
import { defaultReaders } from '../collector/src/engine/server-users.ts';
import { clusterSchema } from '../collector/src/tenant-tables.ts';

/** A server of a test's cluster, which can be killed and started again on its data. */
export class ShardServer {
  readonly url: string;
  readonly tcpPort: number;
  readonly #directory: string;
  readonly #httpPort: number;
  #child: EngineChild | undefined;

  constructor(directory: string, ports: { http: number; tcp: number }) {
    this.#directory = directory;
    this.#httpPort = ports.http;
    this.tcpPort = ports.tcp;
    this.url = `http://127.0.0.1:${ports.http}`;
  }

  /** Process id, 0 while it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it as a shard of the cluster `ledgers`, and waits until it answers. */
  start(all: readonly ShardServer[]): Promise<void> {
    const shards = all.map(
      ({ tcpPort }) => `<shard><replica><host>127.0.0.1</host><port>${tcpPort}</port></replica></shard>`,
    );
    return this.startWith(`<remote_servers><ledgers>${shards.join('')}</ledgers></remote_servers>`);
  }

  /** Starts it with more in its configuration, and waits until it answers. */
  async startWith(configuration: string, memoryBytes: number = 2 ** 31): Promise<void> {
    const files = await writeServerConfig({
      directory: this.#directory,
      httpPort: this.#httpPort,
      tcpPort: this.tcpPort,
      database: 'spanledger',
      memoryBytes,
      readers: defaultReaders,
      ...clusterSchema(),
      operatorPasswordSha256: undefined,
    });
    const text = await readFile(files.config, 'utf8');
    await writeFile(files.config, text.replace(/<\/clickhouse>\s*$/, `${configuration}</clickhouse>`));
    const headers = credentialHeaders({ url: new URL(this.url), user: 'default', password: '' });
    const { config: configFile, stderr: stderrFile } = files;
    const child = spawnEngine({
      library: findLibrary(),
      configFile,
      httpPort: this.#httpPort,
      hasTcp: true,
      stderrFile,
      headers,
    });
    this.#child = child;
    const ended = child.exited.then(({ stderr }) => Promise.reject(new Error(stderr)));
    ended.catch(() => {});
    const ping = async (): Promise<boolean> => (await fetch(`${this.url}/ping`).catch(() => null))?.ok ?? false;
    while (!(await ping())) await Promise.race([delay(100), ended]);
  }

  /** Answer of a statement as text, without its last line end. */
  async ask(sql: string): Promise<string> {
    const answer = await fetch(`${this.url}/?database=spanledger`, { method: 'POST', body: sql });
    const text = (await answer.text()).trim();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  /** Kills it without a warning and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    process.kill(child.pid, 'SIGKILL');
    await child.exited;
  }
}

/** Two servers, each a shard of the cluster `ledgers`. */
export interface Cluster {
  readonly servers: readonly [ShardServer, ShardServer];
  /** Options of a collector that works with the server of this number. */
  flags(server: 0 | 1): Record<string, string>;
  stop(): Promise<void>;
}

/** Starts two embedded servers as two shards. */
export async function startCluster(): Promise<Cluster> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-cluster-'));
  const option = '--clickhouse-http-port';
  const ports = await reservePorts(Array.from({ length: 4 }, () => ({ port: 0, option })));
  const server = (number: number): ShardServer =>
    new ShardServer(path.join(directory, `shard-${number}`), {
      http: ports[number * 2] ?? 0,
      tcp: ports[number * 2 + 1] ?? 0,
    });
  const servers = [server(0), server(1)] as const;
  for (const one of servers) await one.start(servers);
  return {
    servers,
    flags: (number) => ({
      clickhouse_url: servers[number].url,
      cluster: 'ledgers',
      cluster_urls: servers.map(({ url }) => url).join(','),
    }),
    stop: async () => {
      await Promise.all(servers.map((one) => one.kill()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
