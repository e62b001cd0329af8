import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Engine, EngineLog, EngineState } from '../../collector/src/engine/engine-contract.ts';
import { startTestEngine } from '../engine-fixture.ts';

function stateOf(engine: Engine, wanted: EngineState): Promise<void> {
  return new Promise((resolve) => {
    const end = engine.onState((state) => {
      if (state !== wanted) return;
      end();
      resolve();
    });
  });
}

async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) Z/.test(status);
}

test('an engine that is killed comes back with every acknowledged row, as often as that happens', async () => {
  const pids: number[] = [];
  const log: EngineLog = (_level, _message, fields) => {
    if (fields !== undefined && 'engine_pid' in fields) pids.push(Number(fields.engine_pid));
  };
  const { engine, stop } = await startTestEngine({ log });
  await engine.client.command({ query: 'CREATE TABLE kept (x UInt8) ENGINE = MergeTree ORDER BY x' });
  for (const round of [1, 2, 3]) {
    await engine.insert('INSERT INTO kept FORMAT RowBinary', Buffer.from([round]));
    const states: EngineState[] = [];
    const end = engine.onState((state) => states.push(state));
    const ready = stateOf(engine, 'ready');
    const inFlight = engine.insert('INSERT INTO kept SELECT sleepEachRow(1) FROM numbers(3)', []);
    const lost = expect(inFlight).rejects.toMatchObject({ code: 'INSERT_CONNECTION', outcome: 'unknown' });
    await isRunning(engine, 'sleepEachRow(1)');
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    await lost;
    await ready;
    end();
    expect(states).toEqual(['down', 'starting', 'ready']);
    expect(engine.restarts).toBe(round);
    const result = await engine.client.query({ query: 'SELECT x FROM kept ORDER BY x', format: 'JSONEachRow' });
    expect(await result.json()).toEqual(Array.from({ length: round }, (_, index) => ({ x: index + 1 })));
  }
  expect(new Set(pids).size).toBe(4);
  await stop();
  for (const pid of pids) expect(await isAlive(pid)).toBe(false);
});

test('a stop while the engine is being started again ends it', async () => {
  const pids: number[] = [];
  const log: EngineLog = (_level, _message, fields) => {
    if (fields !== undefined && 'engine_pid' in fields) pids.push(Number(fields.engine_pid));
  };
  const { engine, stop } = await startTestEngine({ log });
  const starting = stateOf(engine, 'starting');
  process.kill(pids.at(-1) ?? 0, 'SIGKILL');
  await starting;
  await stop();
  expect(engine.state).toBe('stopped');
});

test('a collector that is killed leaves no engine behind, and the next one takes over at once', async () => {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  const first = await startParent(dataDirectory, 0);
  expect(await isAlive(first.enginePid)).toBe(true);
  first.parent.kill('SIGKILL');
  const second = await startParent(dataDirectory, first.port);
  expect(second.port).toBe(first.port);
  expect(await isAlive(first.enginePid)).toBe(false);
  const ended = new Promise((resolve) => second.parent.once('exit', resolve));
  second.parent.kill('SIGKILL');
  await ended;
  while (await isAlive(second.enginePid)) await delay(10);
  await rm(dataDirectory, { recursive: true });
});

/** Starts a process that holds an engine, as the collector does. */
async function startParent(
  dataDirectory: string,
  httpPort: number,
): Promise<{ parent: ChildProcess; enginePid: number; port: number }> {
  const source = new URL('../../collector/src/engine/embedded.ts', import.meta.url).href;
  const script = `
    import { openEmbedded } from ${JSON.stringify(source)};
    let pid;
    const log = (level, message, fields) => { pid = fields.engine_pid; };
    const options = { dataDirectory: ${JSON.stringify(dataDirectory)}, httpPort: ${httpPort}, tcpPort: 0, log };
    const engine = await openEmbedded(options);
    console.log(JSON.stringify({ pid, url: engine.url }));`;
  const parent = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: parent.stdout })) {
    const { pid, url } = JSON.parse(line) as { pid: number; url: string };
    return { parent, enginePid: pid, port: Number(new URL(url).port) };
  }
  throw new Error('the parent said nothing');
}

async function isRunning(engine: Engine, text: string): Promise<void> {
  for (;;) {
    const result = await engine.client.query({
      query:
        'SELECT count() AS running FROM system.processes WHERE position(query, {text:String}) > 0 AND is_initial_query',
      query_params: { text },
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ running: string }>();
    if (Number(row?.running) > 0) return;
  }
}
