import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../errors.ts';

const KEY_BYTES = 32;

/**
 * Reads the master key of content digests from `content.key` of the data directory, or makes one there, readable by its owner alone.
 *
 * @throws ConfigurationError `CONTENT_KEY_INVALID` where the file does not hold 32 bytes
 */
export async function openContentKey(dataDirectory: string): Promise<Buffer> {
  const file = path.join(dataDirectory, 'content.key');
  try {
    const key = randomBytes(KEY_BYTES);
    await writeFile(file, key, { mode: 0o600, flag: 'wx', flush: true });
    return key;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
  const key = await readFile(file);
  if (key.length !== KEY_BYTES) {
    throw new ConfigurationError(
      'CONTENT_KEY_INVALID',
      `${file} holds ${key.length} bytes, must hold ${KEY_BYTES}: put the file back from a backup, since without it old content can't be named`,
    );
  }
  return key;
}
