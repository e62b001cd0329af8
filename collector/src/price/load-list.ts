import type { Engine } from '../engine/engine-contract.ts';
import { awaitReplicas } from '../engine/replica-watch.ts';
import { withTableLock } from '../engine/table-lock.ts';
import type { ModelName } from './model-name.ts';
import type { PriceList } from './price-list.ts';
import { PRICE_TABLES, writeNames } from './write-names.ts';

/** Lock under which versions and names are written, one process at a time. */
export const PRICE_LOCK = 'prices';

/** A second list comes into force only after all collectors can see it. */
const NOTICE_MS = 60_000;

/**
 * Writes the price list into the database where its version is not there yet, and what it says of the names met before. The first
 * list of a database is in force for all records, a later one for those that arrive a minute from now or later.
 */
export function loadPriceList(engine: Engine, list: PriceList, now: number = Date.now()): Promise<void> {
  return withTableLock(engine, PRICE_LOCK, async () => {
    await awaitReplicas(engine, PRICE_TABLES);
    const versions = await rowsOf<{ price_version: string }>(engine, 'SELECT price_version FROM price_versions FINAL');
    if (!versions.some((one) => one.price_version === list.version)) {
      await engine.client.insert({
        table: 'prices',
        values: list.rows.map((row) => ({ price_version: list.version, ...row })),
        format: 'JSONEachRow',
      });
      const activeFrom = versions.length === 0 ? '1970-01-01 00:00:00' : asTime(now + NOTICE_MS);
      await engine.client.insert({
        table: 'price_versions',
        values: [{ price_version: list.version, active_from: activeFrom }],
        format: 'JSONEachRow',
      });
    }
    await awaitReplicas(engine, PRICE_TABLES);
    // All names: the table in memory may have been lost with an engine that was killed.
    await writeNames(
      engine,
      list,
      await rowsOf<ModelName>(engine, 'SELECT DISTINCT tenant, provider, model FROM model_prices'),
    );
  });
}

/** A time as ClickHouse reads it, UTC. */
function asTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}

async function rowsOf<T>(engine: Engine, query: string): Promise<T[]> {
  const result = await engine.client.query({ query, format: 'JSONEachRow' });
  return result.json<T>();
}
