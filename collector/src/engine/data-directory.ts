import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { acquireProcessLock } from './process-lock.ts';

/** Layout of the data directory that this code writes; a change that older code cannot read makes it greater. */
const dataLayout = 1;

/** A data directory that this process owns until `release()`. */
export interface DataDirectory {
  /** Absolute path. */
  readonly path: string;
  /** Gives the directory free for another process. */
  release(): Promise<void>;
}

const versionFile = z.object({ layout: z.number().int().positive() });

/**
 * Makes the data directory if need be and locks it against other processes.
 * @throws {ConfigurationError} `DATA_DIRECTORY_LOCKED`, `DATA_DIRECTORY_NEWER`, `DATA_DIRECTORY_UNUSABLE`
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const absolute = path.resolve(directory);
  try {
    await mkdir(absolute, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(absolute, (cause as Error).message, cause);
  }
  const lock = await acquireProcessLock(path.join(absolute, 'lock'));
  if ('heldBy' in lock) {
    throw new ConfigurationError(
      'DATA_DIRECTORY_LOCKED',
      `the data directory ${absolute} is in use by process ${lock.heldBy}. End that process, or name another directory with --data-dir.`,
    );
  }
  try {
    await checkLayout(absolute);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return { path: absolute, release: lock.release };
}

async function checkLayout(directory: string): Promise<void> {
  const file = path.join(directory, 'version.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(directory, (error as Error).message, error);
    await writeFile(`${file}.new`, `${JSON.stringify({ layout: dataLayout })}\n`);
    await rename(`${file}.new`, file);
    return;
  }
  const { layout } = parseVersion(directory, text);
  if (layout > dataLayout) {
    throw new ConfigurationError(
      'DATA_DIRECTORY_NEWER',
      `the data directory ${directory} has layout ${layout}, this version knows ${dataLayout} at most. Run the newer version, or name another directory with --data-dir.`,
    );
  }
}

function parseVersion(directory: string, text: string): { layout: number } {
  try {
    return versionFile.parse(JSON.parse(text));
  } catch (cause) {
    throw unusable(directory, 'its version.json is not {"layout": <number>}', cause);
  }
}

function unusable(directory: string, reason: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    'DATA_DIRECTORY_UNUSABLE',
    `the data directory ${directory} cannot be used: ${reason}. Mend it, or name another directory with --data-dir.`,
    { cause },
  );
}
