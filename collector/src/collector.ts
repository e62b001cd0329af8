import { openKeys, requireKeysBeyondLoopback } from './keys/open-keys.ts';
import { openStore, prepareDatabase } from './open-store.ts';
import type { Options } from './options.ts';
import type { Collector, CollectorHooks } from './stages.ts';

export type { Collector, CollectorHooks } from './stages.ts';

/**
 * Starts the engine and all stages over it.
 *
 * @throws ConfigurationError, EngineError as the stages do
 */
export async function startCollector(options: Options, hooks: CollectorHooks): Promise<Collector> {
  const progress = hooks.onProgress ?? (() => {});
  const keys = await openKeys(options, hooks.log);
  requireKeysBeyondLoopback(keys, options.host, options.keys_file);
  progress(options.clickhouse_url === undefined ? 'starting the embedded ClickHouse' : 'connecting to ClickHouse');
  const opening = openStore(options, keys, hooks.log);
  // What takes a while to load is loaded while the engine starts.
  const [{ engine, directory }, { startStages }] = await Promise.all([opening, import('./stages.ts')]);
  try {
    await prepareDatabase(engine, options, progress);
    return await startStages(engine, directory, keys, options, hooks);
  } catch (thrown) {
    await engine.stop();
    await directory?.release();
    throw thrown;
  }
}
