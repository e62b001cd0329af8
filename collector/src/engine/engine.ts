import { type ClusterOptions, openCluster } from './cluster.ts';
import { type EmbeddedOptions, openEmbedded } from './embedded.ts';
import type { Engine } from './engine-contract.ts';
import { openRemote, type RemoteOptions } from './remote.ts';

/** Which ClickHouse to use: the collector's own, one named by URL, or a cluster. */
export type EngineOptions =
  | ({ readonly kind: 'embedded' } & EmbeddedOptions)
  | ({ readonly kind: 'remote' } & RemoteOptions)
  | ({ readonly kind: 'cluster' } & ClusterOptions);

/**
 * Opens the engine that the options name and waits until it answers.
 * @throws {ConfigurationError | EngineError} as `openEmbedded`, `openRemote` and `openCluster` do
 */
export function openEngine(options: EngineOptions): Promise<Engine> {
  switch (options.kind) {
    case 'embedded':
      return openEmbedded(options);
    case 'remote':
      return openRemote(options);
    case 'cluster':
      return openCluster(options);
  }
}
