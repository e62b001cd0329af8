import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { type ClusterShape, STORED_SUFFIX } from './cluster-sql.ts';
import type { Engine } from './engine-contract.ts';
import { openRemote, type RemoteOptions } from './remote.ts';

/** Which cluster to use. */
export interface ClusterOptions extends Omit<RemoteOptions, 'settings' | 'cluster' | 'members'> {
  /** Name of the cluster in the servers' `remote_servers`. */
  readonly cluster: string;
  /** URL of every server of the cluster, as `url`. */
  readonly serverUrls: readonly string[];
}

/**
 * Settings of every query. An insert is answered once all shards have written their part; a query fails where a shard is away, since an
 * answer without it would look whole; what a query asks for in IN and JOIN is looked up on all shards.
 * An insert that finds the Keeper away gives up in seconds, before its client does.
 */
const CLUSTER_SETTINGS: Readonly<Record<string, string>> = {
  distributed_foreground_insert: '1',
  skip_unavailable_shards: '0',
  distributed_product_mode: 'global',
  parallel_distributed_insert_select: '0',
  insert_keeper_max_retries: '5',
  distributed_insert_skip_read_only_replicas: '1',
};

const place = z.array(z.object({ shard: z.number(), replica: z.number(), is_local: z.number() }));

/** The name under which a server has its own rows of a table. */
export function storedTable(engine: Engine, table: string): string {
  return engine.cluster === null ? table : `${table}${STORED_SUFFIX}`;
}

/**
 * Opens every server of a cluster; the engine works with the one at `url`.
 * @throws {ConfigurationError} `CLUSTER_INCOMPLETE` where the URLs and the cluster do not fit together; and as `openRemote` does
 * @throws {EngineError} as `openRemote` does
 */
export async function openCluster(options: ClusterOptions): Promise<Engine> {
  const { cluster: name, serverUrls, ...plain } = options;
  const probe = await openRemote(plain);
  let shape: ClusterShape;
  try {
    shape = await readShape(probe, name);
  } finally {
    await probe.stop();
  }
  const common = { ...plain, settings: CLUSTER_SETTINGS, cluster: shape };
  const opened = await Promise.allSettled(serverUrls.map((url) => openRemote({ ...common, url })));
  const servers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of opened) if (one.status === 'rejected') throw one.reason;
    const shards = await replicasByShard(servers, name);
    return await openRemote({ ...common, members: { servers, shards } });
  } catch (thrown) {
    await Promise.all(servers.map((server) => server.stop()));
    throw thrown;
  }
}

async function readShape(engine: Engine, name: string): Promise<ClusterShape> {
  const places = await readPlaces(engine, name);
  if (places.length === 0) {
    throw new ConfigurationError(
      'CLUSTER_INCOMPLETE',
      `ClickHouse at ${engine.url} knows no cluster ${name}. Name one of its remote_servers (--cluster).`,
    );
  }
  return { name, isReplicated: places.some(({ replica }) => replica > 1) };
}

/** Gives the servers of each shard, in the order of the shards. */
async function replicasByShard(servers: readonly Engine[], name: string): Promise<Engine[][]> {
  const missing = new Set<string>();
  const byShard = new Map<number, Engine[]>();
  const found = new Set<string>();
  for (const server of servers) {
    for (const { shard, replica, is_local } of await readPlaces(server, name)) {
      const text = `shard ${shard} replica ${replica}`;
      missing.add(text);
      if (is_local !== 1) continue;
      found.add(text);
      byShard.set(shard, [...(byShard.get(shard) ?? []), server]);
    }
  }
  for (const text of found) missing.delete(text);
  if (missing.size > 0) {
    throw new ConfigurationError(
      'CLUSTER_INCOMPLETE',
      `no URL (--cluster-urls) leads to ${[...missing].join(', ')} of the cluster ${name}. Name each of its servers.`,
    );
  }
  return [...byShard].sort(([left], [right]) => left - right).map(([, replicas]) => replicas);
}

async function readPlaces(engine: Engine, name: string): Promise<z.infer<typeof place>> {
  const result = await engine.client.query({
    query:
      'SELECT shard_num AS shard, replica_num AS replica, is_local FROM system.clusters WHERE cluster = {name:String}',
    query_params: { name },
    format: 'JSONEachRow',
  });
  return place.parse(await result.json());
}
