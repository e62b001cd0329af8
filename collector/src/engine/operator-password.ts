import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../errors.ts';

/**
 * Reads the operator's password from `operator.password` of the data directory, or makes one of 192 random bits there, readable by its
 * owner alone.
 * @throws {ConfigurationError} `OPERATOR_PASSWORD_INVALID`
 */
export async function openOperatorPassword(dataDirectory: string): Promise<string> {
  const file = path.join(dataDirectory, 'operator.password');
  try {
    const password = randomBytes(24).toString('base64url');
    await writeFile(file, password, { mode: 0o600, flag: 'wx', flush: true });
    return password;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
  const password = (await readFile(file, 'utf8')).trim();
  if (/^[\w-]{22,100}$/.test(password)) return password;
  throw new ConfigurationError(
    'OPERATOR_PASSWORD_INVALID',
    `${file} must hold one word of 22 to 100 letters, digits, - and _: remove the file, and a new password is made`,
  );
}

/** SHA-256 of a text as 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
