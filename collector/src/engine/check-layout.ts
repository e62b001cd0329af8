import { ConfigurationError } from '../errors.ts';
import type { Engine } from './engine-contract.ts';

/**
 * Makes sure that a database of a cluster is used as such, and one of a single server as such: inserts through Distributed tables are
 * answered before they are durable unless the engine knows of the cluster.
 * @throws {ConfigurationError} `CLUSTER_MISMATCH`
 */
export async function checkLayout(engine: Engine): Promise<void> {
  const result = await engine.client.query({
    query: "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = 'ledger'",
    format: 'JSONEachRow',
  });
  const [ledger] = await result.json<{ engine: string }>();
  if (ledger === undefined || (ledger.engine === 'Distributed') === (engine.cluster !== null)) return;
  throw new ConfigurationError(
    'CLUSTER_MISMATCH',
    engine.cluster === null
      ? `the database ${engine.database} at ${engine.url} belongs to a cluster. Name it (--cluster, --cluster-urls).`
      : `the database ${engine.database} at ${engine.url} was made for a single server. Name another database for the cluster ${engine.cluster.name}.`,
  );
}
