import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { acquireProcessLock, type ProcessLock } from '../engine/process-lock.ts';
import { ConfigurationError, ensureError } from '../errors.ts';
import { firstTwice, type KeysContent, keysContent } from './key-records.ts';

const LARGEST_FILE = 4 << 20;
const LOCK_PATIENCE_MILLISECONDS = 5_000;

/** A keys file that is not there. */
export const NO_KEYS: KeysContent = Object.freeze({ version: 1, keys: [], readers: [] });

/**
 * Reads a keys file; one that is not there holds nothing.
 * @throws {ConfigurationError} `KEYS_FILE_INVALID` naming the entry that is wrong, never what it holds
 */
export async function readKeysFile(file: string): Promise<KeysContent> {
  const text = await textOf(file);
  if (text === undefined) return NO_KEYS;
  const parsed = keysContent.safeParse(parseJson(file, text));
  if (!parsed.success) throw invalid(file, parsed.error.issues.map(describeIssue).join('; '));
  const { keys, readers } = parsed.data;
  const twice = firstTwice(keys.map(({ id }) => id)) ?? firstTwice(readers.map(({ name }) => name));
  if (twice !== undefined) throw invalid(file, `${twice} is there twice`);
  return parsed.data;
}

/**
 * Changes a keys file under a lock: whole or not at all, readable by its owner only.
 * @param change gives the new content for the old; what it throws leaves the file as it is
 * @throws {ConfigurationError} `KEYS_FILE_INVALID`, `KEYS_FILE_LOCKED`
 */
export async function changeKeysFile(file: string, change: (content: KeysContent) => KeysContent): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const lock = await lockFile(`${file}.lock`);
  try {
    await writeWhole(file, `${JSON.stringify(change(await readKeysFile(file)), null, 2)}\n`);
  } finally {
    await lock.release();
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { mode, size } = await stat(file);
    if ((mode & 0o022) !== 0) throw new Error('others may write to it, and so give themselves keys; chmod 600 it');
    if (size > LARGEST_FILE) throw new Error(`it is larger than ${LARGEST_FILE} bytes`);
    return await readFile(file, 'utf8');
  } catch (thrown) {
    const error = ensureError(thrown);
    if ('code' in error && error.code === 'ENOENT') return undefined;
    throw invalid(file, error.message);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the text, which may hold a key that was pasted there.
    throw invalid(file, 'it is not JSON');
  }
}

/** Says where an issue is, without the value that is there. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.') || 'the file';
  return issue.code === 'unrecognized_keys' ? `${place}: unknown field ${issue.keys[0]}` : `${place}: ${issue.message}`;
}

function invalid(file: string, reason: string): ConfigurationError {
  return new ConfigurationError('KEYS_FILE_INVALID', `the keys file ${file} can't be used: ${reason}`);
}

async function lockFile(file: string): Promise<ProcessLock> {
  const until = Date.now() + LOCK_PATIENCE_MILLISECONDS;
  for (;;) {
    const lock = await acquireProcessLock(file);
    if (!('heldBy' in lock)) return lock;
    if (Date.now() > until) {
      throw new ConfigurationError('KEYS_FILE_LOCKED', `process ${lock.heldBy} is changing the keys file; try again`);
    }
    await delay(50);
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
