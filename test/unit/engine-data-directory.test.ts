import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDirectory } from '../../collector/src/engine/data-directory.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Content of a lock file whose process has ended. */
async function deadHolder(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
  return `${stdout.trim()} 123 gone`;
}

test('a missing directory is made, with its layout, as an absolute path', async () => {
  const opened = await openDataDirectory(path.relative(process.cwd(), path.join(directory, 'a', 'b')));
  expect(opened.path).toBe(path.join(directory, 'a', 'b'));
  expect(await readFile(path.join(opened.path, 'version.json'), 'utf8')).toBe('{"layout":1}\n');
  await opened.release();
});

test('a second opening is refused with the holder, and possible after the release', async () => {
  const first = await openDataDirectory(directory);
  await expect(openDataDirectory(directory)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_LOCKED',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await first.release();
  const second = await openDataDirectory(directory);
  await first.release();
  await expect(openDataDirectory(directory)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_LOCKED' });
  await second.release();
});

test('of many that find the lock of a dead process exactly one gets it', async () => {
  await writeFile(path.join(directory, 'lock'), await deadHolder());
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => openDataDirectory(directory)));
  const opened = results.filter((result) => result.status === 'fulfilled');
  expect(opened).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'DATA_DIRECTORY_LOCKED' });
  }
  await opened[0]?.value.release();
  expect(await readdir(directory)).toEqual(['version.json']);
});

test('a living process of the same number that started at another time is not the holder', async () => {
  await writeFile(path.join(directory, 'lock'), `${process.pid} 1 before-reboot`);
  const opened = await openDataDirectory(directory);
  await opened.release();
});

test('a newer layout is refused and stays as it is', async () => {
  await writeFile(path.join(directory, 'version.json'), '{"layout":2}');
  await expect(openDataDirectory(directory)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_NEWER' });
  expect(await readFile(path.join(directory, 'version.json'), 'utf8')).toBe('{"layout":2}');
  expect(await readdir(directory)).toEqual(['version.json']);
});

test('a directory that cannot be used is named with the reason', async () => {
  await writeFile(path.join(directory, 'file'), '');
  await expect(openDataDirectory(path.join(directory, 'file'))).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_UNUSABLE',
    message: expect.stringContaining(path.join(directory, 'file')),
  });
  await writeFile(path.join(directory, 'version.json'), '{"layout":"x"}');
  await expect(openDataDirectory(directory)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
});
