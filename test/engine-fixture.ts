import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type EmbeddedOptions, openEmbedded } from '../collector/src/engine/embedded.ts';
import type { Engine } from '../collector/src/engine/engine-contract.ts';

/** An embedded engine of a test's own. */
export interface TestEngine {
  readonly engine: Engine;
  readonly dataDirectory: string;
  /** Ends the engine and removes its data. */
  stop(): Promise<void>;
}

/** Starts an embedded engine on free ports in a fresh temporary directory; `options` win over that. */
export async function startTestEngine(options: Partial<EmbeddedOptions> = {}): Promise<TestEngine> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(path.join(os.tmpdir(), 'spanledger-')));
  const remove = (): Promise<void> => rm(dataDirectory, { recursive: true, force: true });
  try {
    const engine = await openEmbedded({ httpPort: 0, tcpPort: 0, ...options, dataDirectory });
    return {
      engine,
      dataDirectory,
      stop: async () => {
        await engine.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
