import { type EmbeddedOptions, openEmbedded } from './embedded.ts';
import type { Engine } from './engine-contract.ts';
import { openRemote, type RemoteOptions } from './remote.ts';

/** Which ClickHouse to use: the collector's own, or one named by URL. */
export type EngineOptions =
  | ({ readonly kind: 'embedded' } & EmbeddedOptions)
  | ({ readonly kind: 'remote' } & RemoteOptions);

/**
 * Opens the engine that the options name and waits until it answers.
 * @throws {ConfigurationError | EngineError} as `openEmbedded` and `openRemote` do
 */
export function openEngine(options: EngineOptions): Promise<Engine> {
  return options.kind === 'embedded' ? openEmbedded(options) : openRemote(options);
}
