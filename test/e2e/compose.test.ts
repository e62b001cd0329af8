import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeUsers } from '../../compose/users.ts';
import { type ComposeServer, PASSWORDS, readImage, startComposeServer } from './compose-fixture.ts';
import { ROOT } from './docs-fixture.ts';

const KEY = 'slk_0123456789_abcdefghijklmnopqrstuvwxyz012345';
const run = promisify(execFile);
let server: ComposeServer;
let image: string;

beforeAll(async () => {
  server = await startComposeServer();
  image = await mkdtemp(path.join(os.tmpdir(), 'spanledger-image-'));
}, 120_000);
afterAll(async () => {
  await server.stop();
  await rm(image, { recursive: true, force: true });
});

test('the users of compose are current (npm run compose:users)', async () => {
  expect(await readFile(path.join(ROOT, 'compose/clickhouse/users.xml'), 'utf8')).toBe(composeUsers());
});

test('the image is built by its commands, and its collector serves with the rights of compose', {
  timeout: 300_000,
}, async () => {
  const instructions = await readImage();
  for (const [name, text] of instructions) {
    if (name === 'COPY') await copy(text);
    if (name === 'RUN') await run('bash', ['-ec', inImage(text)], { cwd: image });
  }
  const said = (name: string): string => instructions.findLast(([one]) => one === name)?.[1] ?? '';
  expect(said('USER')).toBe('node');
  const [program = '', ...words] = [...JSON.parse(said('ENTRYPOINT')), ...JSON.parse(said('CMD'))] as string[];
  expect(program).toBe('node');
  const free = ['--host=127.0.0.1', '--port=0', '--grpc-port=0'];
  const child = spawn(process.execPath, [...words, ...free], {
    cwd: image,
    env: {
      PATH: process.env['PATH'],
      SPANLEDGER_DATA_DIR: path.join(image, 'data'),
      SPANLEDGER_CLICKHOUSE_URL: `http://spanledger:${PASSWORDS.SPANLEDGER_CLICKHOUSE_PASSWORD}@127.0.0.1:${server.port}/spanledger`,
      SPANLEDGER_KEYS: `${KEY}:default:ingest`,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  while (!output.includes('Stop with Ctrl-C')) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error(output)))]);
  }
  const [, url = ''] = /OTLP\/HTTP +(\S+)/.exec(output) ?? [];
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const span = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    name: 'a step',
    startTimeUnixNano: `${Date.now()}000000`,
  };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const send = (key: string): Promise<Response> =>
    fetch(`${url}/v1/traces`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-api-key': key },
    });
  expect((await send('nobody')).status).toBe(401);
  expect((await send(KEY)).status).toBe(200);
  // SQL readers see a record once the derived tables are filled, a moment after it was acknowledged.
  await expect
    .poll(() => server.ask('reader', PASSWORDS.SPANLEDGER_READER_PASSWORD, 'SELECT name FROM spans'), {
      timeout: 10_000,
    })
    .toEqual({ status: 200, text: 'a step' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('reader sees its tenant alone, no content, and changes nothing', async () => {
  const row = (tenant: string): string => `('${tenant}', 'run of ${tenant}', now64(9))`;
  const operator = PASSWORDS.SPANLEDGER_CLICKHOUSE_PASSWORD;
  const insert = `INSERT INTO run_rows (tenant, run_id, start_time) VALUES ${row('default')}, ${row('other')}`;
  expect(await server.ask('spanledger', operator, insert)).toEqual({ status: 200, text: '' });
  const reader = PASSWORDS.SPANLEDGER_READER_PASSWORD;
  expect(
    (await server.ask('reader', reader, "SELECT tenant, run_id FROM runs WHERE run_id LIKE 'run of %'")).text,
  ).toBe('default\trun of default');
  expect((await server.ask('reader', reader, 'SELECT text FROM content')).text).toContain('ACCESS_DENIED');
  expect((await server.ask('reader', reader, insert)).text).toContain('ACCESS_DENIED');
  expect((await server.ask('reader', '', 'SELECT 1')).text).toContain('AUTHENTICATION_FAILED');
  expect((await server.ask('spanledger', '', 'SELECT 1')).text).toContain('AUTHENTICATION_FAILED');
});

/** Does what COPY does: from the tree, or what the first stage built, which is this tree's own build. */
async function copy(text: string): Promise<void> {
  const words = text.split(/\s+/).filter((word) => !word.startsWith('--'));
  const to = words.pop() ?? '';
  for (const from of words) {
    const source = path.join(ROOT, from.replace(/^\/app\//, ''));
    const target = path.join(image, to, to.endsWith('/') ? path.basename(from) : '');
    await cp(source, target, { recursive: true });
  }
}

/** The command with the image's data folder inside the temporary one, and no owner, which only root could set. */
function inImage(command: string): string {
  return command
    .replace('-o node -g node /var/lib/spanledger', path.join(image, 'data'))
    .replace(/npm cache clean --force/, 'true');
}
