import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOrigin, type Origin, writeOrigin } from '../../collector/src/append/origin.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

const SETTLED = 900_000n << 22n;
const TWO_MINUTES = 120_000n << 22n;

let server: TestEngine;
let directory: string;
beforeAll(async () => {
  server = await startTestEngine();
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  await migrate(server.engine, { directory: path.join(import.meta.dirname, '../../collector/sql') });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const claim = (): Promise<Origin> => claimOrigin(server.engine, directory);

test('a collector gets its number again, and is unsure of its last minutes only where the machine may have lost them', async () => {
  const first = await claim();
  expect(first).toMatchObject({ number: 0, cursor: 0n, settled: 0n });
  await writeOrigin(server.engine, first, SETTLED + 7n, SETTLED);
  // A process that was killed.
  const again = { ...first, cursor: SETTLED + 7n, settled: SETTLED };
  expect(await claim()).toEqual(again);
  expect(await claim()).toEqual(again);
  // A machine that started again; and a process that was killed before it had derived anything again.
  await writeFile(path.join(directory, 'boot-id'), 'another boot');
  expect(await claim()).toEqual({ ...again, settled: SETTLED - TWO_MINUTES });
  expect(await claim()).toEqual({ ...again, settled: SETTLED - TWO_MINUTES });
  const other = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  expect(await claimOrigin(server.engine, other)).toMatchObject({ number: 1, cursor: 0n });
  await rm(other, { recursive: true });
});
