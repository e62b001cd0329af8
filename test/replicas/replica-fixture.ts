import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findLibrary } from '../../collector/src/engine/library.ts';
import { reservePorts } from '../../collector/src/engine/ports.ts';
import { ShardServer } from '../cluster-fixture.ts';
import { setInterserverAddress } from './interserver-address.ts';
import { PartSender } from './part-sender.ts';
import { ZooKeeper } from './zookeeper.ts';

const SHARDS = 2;
const REPLICAS = 2;
const LOOK_MS = 500;
const MEMORY_BYTES = 2 ** 30;

/** One of a shard's servers, with what sends its parts to the other one. */
export class Replica {
  readonly shard: number;
  readonly replica: number;
  readonly server: ShardServer;
  readonly sender: PartSender;
  readonly #interserverPort: number;
  #configuration = '';
  #look: NodeJS.Timeout | undefined;

  constructor(place: { shard: number; replica: number }, server: ShardServer, interserverPort: number) {
    this.shard = place.shard;
    this.replica = place.replica;
    this.server = server;
    this.sender = new PartSender(interserverPort, (sql) => server.ask(sql));
    this.#interserverPort = interserverPort;
  }

  /** Starts it, or starts it again on its data. */
  async start(cluster: string): Promise<void> {
    await this.sender.start();
    const macros = `<macros><shard>${this.shard}</shard><replica>${this.replica}</replica></macros>`;
    // clickhouse-local has no identity of its own, and two servers of one would end each other's sessions.
    const sessions = `<sessions_path>/clickhouse/sessions/${this.shard}-${this.replica}</sessions_path>`;
    await this.server.startWith(cluster.replace('</zookeeper>', `${sessions}</zookeeper>`) + macros, MEMORY_BYTES);
    await setInterserverAddress(this.server.pid, findLibrary(), this.#interserverPort);
    this.#configuration = cluster;
    this.#look = setTimeout(() => this.#restartIfBroken(), LOOK_MS);
  }

  /**
   * Does what a service manager does for a server that has crashed. The embedded engine may: it has an exception that nobody catches where
   * a server whose query it works on is killed, and then answers for a minute that it is shutting down.
   */
  async #restartIfBroken(): Promise<void> {
    const look = this.#look;
    const isBroken = await this.server.ask('SELECT 1').then(
      () => false,
      (error: Error) => error.message.includes('due to a fatal error') || error.message.includes('fetch failed'),
    );
    if (this.#look !== look) return;
    if (isBroken) {
      await this.kill();
      await this.start(this.#configuration);
    } else {
      this.#look = setTimeout(() => this.#restartIfBroken(), LOOK_MS);
    }
  }

  async kill(): Promise<void> {
    clearTimeout(this.#look);
    this.#look = undefined;
    await Promise.all([this.server.kill(), this.sender.stop()]);
  }
}

/** Two shards of two replicas with a ZooKeeper. */
export interface ReplicatedCluster {
  readonly keeper: ZooKeeper;
  /** By shard, then by replica. */
  readonly replicas: readonly (readonly [Replica, Replica])[];
  readonly all: readonly Replica[];
  start(replica: Replica): Promise<void>;
  /** Options of a collector that works with this server. */
  flags(replica: Replica): Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a ZooKeeper and four embedded servers. */
export async function startReplicatedCluster(): Promise<ReplicatedCluster> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-replicas-'));
  const option = '--clickhouse-http-port';
  const count = SHARDS * REPLICAS;
  const ports = await reservePorts(Array.from({ length: count * 3 + 1 }, () => ({ port: 0, option })));
  const keeper = new ZooKeeper(path.join(directory, 'keeper'), ports[count * 3] ?? 0);
  const all = Array.from({ length: count }, (_, index) => {
    const place = { shard: Math.floor(index / REPLICAS) + 1, replica: (index % REPLICAS) + 1 };
    const [http = 0, tcp = 0, interserver = 0] = ports.slice(index * 3, index * 3 + 3);
    const server = new ShardServer(path.join(directory, `${place.shard}-${place.replica}`), { http, tcp });
    return new Replica(place, server, interserver);
  });
  const replicas = Array.from({ length: SHARDS }, (_, shard): readonly [Replica, Replica] => {
    const [first, second] = all.filter((one) => one.shard === shard + 1);
    if (first === undefined || second === undefined) throw new Error('a shard has two replicas');
    return [first, second];
  });
  const configuration = clusterConfiguration(replicas, keeper.port);
  await keeper.start();
  for (const one of all) await one.start(configuration);
  return {
    keeper,
    replicas,
    all,
    start: (replica) => replica.start(configuration),
    flags: ({ server }) => ({
      clickhouse_url: server.url,
      cluster: 'ledgers',
      cluster_urls: all.map((one) => one.server.url).join(','),
    }),
    stop: async () => {
      await Promise.all(all.map((one) => one.kill()));
      await keeper.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function clusterConfiguration(replicas: readonly (readonly [Replica, Replica])[], keeperPort: number): string {
  const shards = replicas.map((ofShard) => {
    const hosts = ofShard.map(
      ({ server }) => `<replica><host>127.0.0.1</host><port>${server.tcpPort}</port></replica>`,
    );
    return `<shard><internal_replication>true</internal_replication>${hosts.join('')}</shard>`;
  });
  const node = `<node><host>127.0.0.1</host><port>${keeperPort}</port></node>`;
  return (
    `<remote_servers><ledgers>${shards.join('')}</ledgers></remote_servers>` +
    `<zookeeper>${node}<session_timeout_ms>4000</session_timeout_ms><operation_timeout_ms>4000</operation_timeout_ms></zookeeper>`
  );
}
