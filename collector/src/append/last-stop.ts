import { access, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../engine/engine-contract.ts';
import { bootId } from '../engine/process-identity.ts';

const CLEAN_STOP_FILE = 'clean-stop';
const BOOT_FILE = 'boot-id';

/**
 * Says whether all that the engine had taken before the last stop is still there, fsynced or not. A process that is killed loses nothing of
 * it, a machine that loses its power does. Of the embedded engine's machine it is known whether it has run on since; of a server's it is
 * not, so that there only a stop in order counts.
 */
export async function isUnharmed(engine: Engine, dataDirectory: string): Promise<boolean> {
  const boot = bootId();
  if (engine.kind === 'embedded' && boot !== '') {
    return (await unlessMissing(readFile(path.join(dataDirectory, BOOT_FILE), 'utf8'))) === boot;
  }
  return (await unlessMissing(access(path.join(dataDirectory, CLEAN_STOP_FILE)).then(() => true))) ?? false;
}

/** Notes that the collector runs, and on which boot of the machine. */
export async function noteStart(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, CLEAN_STOP_FILE), { force: true });
  await writeFile(path.join(dataDirectory, BOOT_FILE), bootId(), { flush: true });
}

/** Notes that everything was settled and stopped in order, so that the next start has nothing to repair. */
export async function noteCleanStop(dataDirectory: string): Promise<void> {
  await writeFile(path.join(dataDirectory, CLEAN_STOP_FILE), '', { flush: true });
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
