import { afterAll, beforeAll, expect, test } from 'vitest';
import { LockClaim } from '../../collector/src/engine/lock-claim.ts';
import { withTableLock } from '../../collector/src/engine/table-lock.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

let running: TestEngine;
beforeAll(async () => {
  running = await startTestEngine();
});
afterAll(() => running.stop());

async function lockTables(): Promise<string[]> {
  const query = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'lock%'";
  const result = await running.engine.client.query({ query, format: 'JSONEachRow' });
  return (await result.json<{ name: string }>()).map((row) => row.name);
}

async function commentsOf(table: string): Promise<{ comment: string }[]> {
  const query = 'SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {table:String}';
  const result = await running.engine.client.query({ query, query_params: { table }, format: 'JSONEachRow' });
  return result.json<{ comment: string }>();
}

test('many that want the lock at once have it one after the other', async () => {
  let inside = 0;
  let most = 0;
  const task = async (): Promise<number> => {
    inside += 1;
    most = Math.max(most, inside);
    await running.engine.client.query({ query: 'SELECT sleep(0.02)' }).then((result) => result.text());
    inside -= 1;
    return inside;
  };
  const results = await Promise.all(
    Array.from({ length: 8 }, () => withTableLock(running.engine, 'turns', task, { pollMs: 20 })),
  );
  expect(results).toHaveLength(8);
  expect(most).toBe(1);
  expect(await lockTables()).toEqual([]);
});

test('locks of other names do not wait for each other', async () => {
  const inner = (): Promise<string> => withTableLock(running.engine, 'one_more', async () => 'done', { waitMs: 0 });
  expect(await withTableLock(running.engine, 'one', inner, { waitMs: 0 })).toBe('done');
});

test('a lock in use is reported with its holder, and given free when the task fails', async () => {
  const inner = (): Promise<string> => withTableLock(running.engine, 'busy', async () => 'never', { waitMs: 0 });
  await expect(withTableLock(running.engine, 'busy', inner)).rejects.toMatchObject({
    code: 'TABLE_LOCK_BUSY',
    message: expect.stringContaining(`:${process.pid}`),
  });
  expect(await withTableLock(running.engine, 'busy', async () => 'free', { waitMs: 0 })).toBe('free');
});

test('a running holder renews: nobody takes the lock though the task outlasts the expiry', async () => {
  const outer = withTableLock(
    running.engine,
    'long',
    async () => {
      const wait = { waitMs: 900, pollMs: 20 };
      return withTableLock(running.engine, 'long', async () => 'taken', wait).catch((error) => error.code);
    },
    { expiryMs: 300 },
  );
  expect(await outer).toBe('TABLE_LOCK_BUSY');
});

test('the lock of a process that died on this machine is taken over at once', async () => {
  const dead = await LockClaim.make(running.engine, 'killed', 600_000);
  const [row] = await commentsOf(dead.table);
  const held = JSON.parse(row?.comment ?? '') as { process: string };
  const [place, pid] = held.process.split(' ');
  const setComment = (identity: string): Promise<unknown> => {
    const text = JSON.stringify({ ...held, process: identity });
    return running.engine.client.command({ query: `ALTER TABLE ${dead.table} MODIFY COMMENT '${text}'` });
  };
  const take = (): Promise<string> =>
    withTableLock(running.engine, 'killed', async () => 'taken', { waitMs: 0 }).catch((error) => error.code);
  // Another machine's process may live, whatever its number is here.
  await setComment(`${place}elsewhere ${pid} 1`);
  expect(await take()).toBe('TABLE_LOCK_BUSY');
  expect(await dead.exists()).toBe(true);
  // One that began at another time had this number before.
  await setComment(`${place} ${pid} 1`);
  expect(await take()).toBe('taken');
  expect(await dead.exists()).toBe(false);
});

test('the lock of a dead process is taken over after its expiry, and it notices if it comes back', async () => {
  const dead = await LockClaim.make(running.engine, 'dead', 200);
  expect(await withTableLock(running.engine, 'dead', async () => 'taken over', { pollMs: 20 })).toBe('taken over');
  expect(await dead.exists()).toBe(false);
  await expect(dead.renew()).rejects.toThrow();
  const losing = withTableLock(running.engine, 'dead', async (assertHeld) => {
    for (const table of await lockTables()) await running.engine.client.command({ query: `DROP TABLE ${table}` });
    await assertHeld();
  });
  await expect(losing).rejects.toMatchObject({ code: 'TABLE_LOCK_LOST' });
});
