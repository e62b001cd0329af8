import { ClickHouseError } from '@clickhouse/client';
import { EngineError, ensureError } from '../errors.ts';
import { storedTable } from './cluster.ts';
import { DERIVED_TABLES } from './derived-tables.ts';
import type { Engine } from './engine-contract.ts';
import { sqlIdentifier } from './sql-text.ts';

/** How long a replica may need for what it has to fetch before the reader gives up and tries again later. */
const PATIENCE_SECONDS = 20;
/** How long a server may take to say how far it is. */
const ANSWER_MS = 10_000;

/**
 * What a replica still has to do before it shows all that was inserted: entries of the log that it has not seen, parts to fetch, parts to
 * drop, rows to delete. Merges change nothing that a reader sees.
 */
const BEHIND = `SELECT table, part_mutations_in_queue > 0 AS deletes FROM system.replicas
  WHERE database = currentDatabase() AND table IN {tables:Array(String)} AND (is_readonly OR zookeeper_exception != '' OR log_pointer <= log_max_index
    OR queue_size > merges_in_queue)`;

/**
 * Makes reads whole where shards have replicas. A query through a Distributed table is answered by any replica, and one may not have
 * fetched yet what another has acknowledged: `wait` returns once every replica that answers has all that was inserted before. Between
 * two calls no replica may come back, since it would be asked without having been waited for; the second call fails then.
 */
export class ReplicaWatch {
  readonly #engine: Engine;
  readonly #tables: readonly string[];
  readonly #away = new Set<string>();

  /** @param tables those that are going to be read. Default: what deriving and settling read */
  constructor(engine: Engine, tables: readonly string[] = ['ledger', ...DERIVED_TABLES]) {
    this.#engine = engine;
    this.#tables = tables.map((table) => storedTable(engine, table));
  }

  /**
   * @throws {EngineError} `REPLICA_BEHIND` where a replica can't fetch what it lacks; `REPLICA_RETURNED`; what reads must be made again
   */
  async wait(): Promise<void> {
    const { cluster, servers } = this.#engine;
    if (cluster?.isReplicated !== true) return;
    const answers = await Promise.all(
      servers.map(async (server) => ({ url: server.url, answers: await catchUp(server, this.#tables) })),
    );
    const returned = answers.filter((one) => one.answers && this.#away.has(one.url)).map(({ url }) => url);
    if (returned.length > 0) {
      throw new EngineError('REPLICA_RETURNED', `ClickHouse at ${returned.join(', ')} came back while rows were read.`);
    }
    for (const { url, answers: isThere } of answers) if (!isThere) this.#away.add(url);
  }
}

/** Waits until every replica that answers has all that was inserted before; see `ReplicaWatch`. */
export function awaitReplicas(engine: Engine, tables?: readonly string[]): Promise<void> {
  return new ReplicaWatch(engine, tables).wait();
}

/** Gives false where the server does not answer. */
async function catchUp(server: Engine, tables: readonly string[]): Promise<boolean> {
  try {
    for (let isBehind = true; isBehind; ) {
      const behind = await readBehind(server, tables);
      await Promise.all(behind.map(({ table }) => fetchAll(server, table)));
      // Others insert all the while, so that a replica may always be behind: once it has fetched what there was, only deletions count.
      isBehind = behind.some((one) => one.deletes);
    }
    return true;
  } catch (thrown) {
    if (!(thrown instanceof ClickHouseError)) return false;
    throw new EngineError(
      'REPLICA_BEHIND',
      `ClickHouse at ${server.url} lacks rows that another replica acknowledged: ${ensureError(thrown).message}`,
      { cause: thrown },
    );
  }
}

async function readBehind(server: Engine, tables: readonly string[]): Promise<{ table: string; deletes: boolean }[]> {
  const result = await server.client.query({
    query: BEHIND,
    query_params: { tables },
    format: 'JSONEachRow',
    abort_signal: AbortSignal.timeout(ANSWER_MS),
  });
  const rows = await result.json<{ table: string; deletes: number }>();
  return rows.map(({ table, deletes }) => ({ table, deletes: deletes === 1 }));
}

async function fetchAll(server: Engine, table: string): Promise<void> {
  await server.client.command({
    query: `SYSTEM SYNC REPLICA ${sqlIdentifier(table)} LIGHTWEIGHT`,
    clickhouse_settings: { receive_timeout: PATIENCE_SECONDS },
  });
}
