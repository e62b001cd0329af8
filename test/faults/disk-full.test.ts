import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CollectorProcess, FROM_SOURCE, type Status } from './ledger-process.ts';
import { bodyOf, expectOnce, IS_LONG } from './runs-under-load.ts';

// A small mount needs rights that not every machine gives. So the bound is set near to what is free now, and a file takes the rest.
// The long form (npm run test:long) also fills a mount to the last byte, and needs to be root for it.

const ROOM = 1 << 30;
const MOUNT_BYTES = 192 << 20;

let directory: string;
let collector: CollectorProcess | undefined;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
});
afterEach(async () => {
  await collector?.stop();
  collector = undefined;
  await rm(directory, { recursive: true, force: true });
});

const refusing = async (of: CollectorProcess): Promise<string | null> => (await of.get<Status>('/v1/status')).refusing;
const diskFull = async (of: CollectorProcess): Promise<string | undefined> =>
  /^spanledger_disk_full (\d)$/m.exec(await (await fetch(`${of.url}/metrics`)).text())?.[1];

async function freeBytes(): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** Posts runs of a client until one is refused for want of room; gives those that were acknowledged. */
async function postUntilFull(of: CollectorProcess, client: number, most: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let index = 0; index < most; index++) {
    const answer = await of.post(bodyOf(client, index));
    const text = await answer.text();
    if (answer.status === 200) {
      acknowledged.push(`run-${client}-${index}`);
      continue;
    }
    expect([answer.status, Number(answer.headers.get('retry-after')) >= 1]).toEqual([503, true]);
    expect(text).toContain('DISK_FULL: the disk of the ledger is full');
    return acknowledged;
  }
  throw new Error(`${most} requests were taken`);
}

async function runIds(of: CollectorProcess): Promise<string[]> {
  const { runs } = await of.get<{ runs: { run_id: string }[] }>('/v1/runs');
  return runs.map((run) => run.run_id);
}

test('a full disk refuses records with its reason, reads go on, and records are taken again once there is room', async () => {
  collector = await CollectorProcess.start(FROM_SOURCE, ['--min-free-bytes', String((await freeBytes()) - ROOM)]);
  const one = collector;
  await one.deliver(bodyOf(0, 0));
  await one.settled();
  expect([await refusing(one), await diskFull(one)]).toEqual([null, '0']);

  const file = path.join(directory, 'filling');
  execFileSync('fallocate', ['-l', String(2 * ROOM), file]);
  await expect.poll(() => refusing(one), { interval: 50, timeout: 20_000 }).toBe('DISK_FULL');
  for (let index = 0; index < 20; index++) expect(await postUntilFull(one, 1, 1)).toEqual([]);
  expect(await diskFull(one)).toBe('1');
  expect(one.log).toMatch(/"code":"DISK_FULL","free_bytes":\d+,"min_free_bytes":\d+/);
  expect(await runIds(one)).toEqual(['run-0-0']);

  await rm(file);
  await expect.poll(() => refusing(one), { interval: 50, timeout: 20_000 }).toBe(null);
  await one.deliver(bodyOf(2, 0));
  await one.settled();
  await expectOnce(one, ['run-0-0', 'run-2-0']);
  expect(one.log).toContain('records are taken again');
});

// ClickHouse itself finds no room, with no bound that keeps the last bytes free: what is derived and noted finds none either.
const longOnly = IS_LONG ? [512 << 10, 0] : [];
test.each(longOnly)(
  'a mount with %i bytes left does the same, and loses nothing that it acknowledged',
  async (left) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNT_BYTES}`, 'tmpfs', directory]);
    try {
      collector = await CollectorProcess.start(FROM_SOURCE, ['--min-free-bytes', '0'], path.join(directory, 'data'));
      const one = collector;
      await one.deliver(bodyOf(0, 0));
      await one.settled();
      // Some records wait for their derived rows when the disk is full.
      const acknowledged = ['run-0-0', 'run-3-0', 'run-3-1', 'run-3-2'];
      await Promise.all([0, 1, 2].map((index) => one.deliver(bodyOf(3, index))));
      const file = path.join(directory, 'filling');
      execFileSync('fallocate', ['-l', String((await freeBytes()) - left), file]);
      acknowledged.push(...(await postUntilFull(one, 1, 1000)));
      expect([await refusing(one), await diskFull(one)]).toEqual(['DISK_FULL', '1']);
      for (let index = 0; index < 20; index++) expect(await postUntilFull(one, 4, 1)).toEqual([]);
      expect(await runIds(one)).toContain('run-0-0');

      await rm(file);
      await expect.poll(() => refusing(one), { interval: 50, timeout: 20_000 }).toBe(null);
      await one.deliver(bodyOf(2, 0));
      await one.settled();
      await expectOnce(one, [...acknowledged, 'run-2-0']);

      // A start finds no room either, says so, and harms nothing.
      execFileSync('fallocate', ['-l', String(await freeBytes()), file]);
      await one.kill();
      await expect(one.start()).rejects.toThrow('DISK_FULL: the disk has no room for what this command must write');
      await rm(file);
      await one.start();
      await one.deliver(bodyOf(2, 1));
      await one.settled();
      await expectOnce(one, [...acknowledged, 'run-2-0', 'run-2-1']);
    } finally {
      await collector?.stop();
      collector = undefined;
      execFileSync('umount', [directory]);
    }
  },
);
