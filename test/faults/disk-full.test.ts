import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectorProcess, FROM_SOURCE, type Status } from './ledger-process.ts';
import { bodyOf, expectOnce } from './runs-under-load.ts';

// A small mount needs rights that not every machine gives. Instead the bound is set near to what is free now, and a file takes the rest.

const ROOM = 1 << 30;

let collector: CollectorProcess;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  const { bavail, bsize } = await statfs(directory);
  collector = await CollectorProcess.start(FROM_SOURCE, ['--min-free-bytes', String(bavail * bsize - ROOM)]);
});
afterAll(async () => {
  await collector.stop();
  await rm(directory, { recursive: true, force: true });
});

const refusing = async (): Promise<string | null> => (await collector.get<Status>('/v1/status')).refusing;
const diskFull = async (): Promise<string | undefined> =>
  /^spanledger_disk_full (\d)$/m.exec(await (await fetch(`${collector.url}/metrics`)).text())?.[1];

test('a full disk refuses records with its reason, reads go on, and records are taken again once there is room', async () => {
  await collector.deliver(bodyOf(0, 0));
  await collector.settled();
  expect([await refusing(), await diskFull()]).toEqual([null, '0']);

  const file = path.join(directory, 'filling');
  execFileSync('fallocate', ['-l', String(2 * ROOM), file]);
  await expect.poll(refusing, { interval: 50, timeout: 20_000 }).toBe('DISK_FULL');
  for (let index = 1; index < 20; index++) {
    const answer = await collector.post(bodyOf(1, index));
    const text = await answer.text();
    expect([answer.status, Number(answer.headers.get('retry-after')) >= 1]).toEqual([503, true]);
    expect(text).toContain('DISK_FULL: the disk of the ledger is full');
  }
  expect(await diskFull()).toBe('1');
  expect(collector.log).toMatch(/"code":"DISK_FULL","free_bytes":\d+,"min_free_bytes":\d+/);
  const { runs } = await collector.get<{ runs: { run_id: string }[] }>('/v1/runs');
  expect(runs.map((run) => run.run_id)).toEqual(['run-0-0']);

  await rm(file);
  await expect.poll(refusing, { interval: 50, timeout: 20_000 }).toBe(null);
  await collector.deliver(bodyOf(2, 0));
  await collector.settled();
  await expectOnce(collector, ['run-0-0', 'run-2-0']);
  expect(collector.log).toContain('records are taken again');
});
