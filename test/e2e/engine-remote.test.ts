import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../collector/src/engine/engine.ts';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

let running: TestEngine;
beforeAll(async () => {
  running = await startTestEngine();
});
afterAll(() => running.stop());

const open = (url: string, startTimeoutMs = 0): Promise<Engine> =>
  openEngine({ kind: 'remote', url, startTimeoutMs, checkIntervalMs: 20, insertTimeoutMs: 500 });

/** A peer that answers as the listener says: for what a sound ClickHouse does not do on demand. */
async function peer(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test('a server by URL is used under the database of the URL, which is made', async () => {
  const engine = await open(`${running.engine.url}/elsewhere`);
  expect(engine).toMatchObject({
    kind: 'remote',
    url: running.engine.url,
    tcpPort: null,
    database: 'elsewhere',
    version: running.engine.version,
    state: 'ready',
    restarts: 0,
  });
  await engine.client.command({ query: 'CREATE TABLE t (x UInt8) ENGINE = Memory' });
  await engine.insert('INSERT INTO t FORMAT RowBinary', Buffer.from([5]));
  const result = await running.engine.client.query({ query: 'SELECT x FROM elsewhere.t', format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ x: 5 }]);
  await engine.stop();
  expect(engine.state).toBe('stopped');
});

test('a wrong user is told apart from a server that is not there', async () => {
  const url = new URL(running.engine.url);
  url.username = 'nobody';
  url.password = 'secret';
  await expect(open(url.href)).rejects.toMatchObject({ code: 'ENGINE_AUTHENTICATION' });
  await expect(open(url.href)).rejects.not.toThrow(/secret/);
  const { url: gone, server } = await peer(() => {});
  await new Promise((resolve) => server.close(resolve));
  await expect(open(gone)).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining(gone),
  });
});

test('a server that is too old is refused, naming both versions', async () => {
  const { url, server } = await peer((_request, response) => response.end('24.3.1.5\n'));
  await expect(open(url)).rejects.toMatchObject({
    code: 'ENGINE_TOO_OLD',
    message: expect.stringMatching(/24\.3\.1\.5.*25\.8/),
  });
  server.close();
});

test('a server that starts late is waited for, and its loss and return are told', async () => {
  let healthy = false;
  const forward: RequestListener = (request, response) => {
    if (!healthy) return response.destroy();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [upstream, body] = [`${running.engine.url}${request.url}`, Buffer.concat(chunks)];
      void fetch(upstream, { method: 'POST', body }).then(async (answer) => response.end(await answer.text()));
    });
  };
  const { url, server } = await peer(forward);
  const opening = open(url, 30_000);
  healthy = true;
  const engine = await opening;
  const next = (wanted: string): Promise<void> =>
    new Promise((resolve) => engine.onState((state) => (state === wanted ? resolve() : undefined)));
  const down = next('down');
  healthy = false;
  await down;
  const ready = next('ready');
  healthy = true;
  await ready;
  await engine.stop();
  server.close();
});

test('what is certain after a failed insert is in its error', async () => {
  let behave: RequestListener = (_request, response) => response.end('26.7.1.1\n');
  const { url, server } = await peer((request, response) => {
    request.resume();
    if (request.url?.includes('query=INSERT')) return behave(request, response);
    request.on('end', () => response.end(request.headers['content-length'] === '16' ? '26.7.1.1\n' : '1\n'));
  });
  const engine = await open(url);
  const insert = (): Promise<void> => engine.insert('INSERT INTO t FORMAT RowBinary', Buffer.from([1]));

  behave = (_request, response) => response.writeHead(200, { 'X-ClickHouse-Exception-Code': '241' }).end('memory');
  await expect(insert()).rejects.toMatchObject({ code: 'INSERT_REFUSED', serverCode: 241, outcome: 'unknown' });
  behave = (_request, response) => response.writeHead(502).end('bad gateway');
  await expect(insert()).rejects.toMatchObject({ code: 'INSERT_REFUSED', serverCode: null, outcome: 'unknown' });
  behave = (_request, response) => response.destroy();
  await expect(insert()).rejects.toMatchObject({ code: 'INSERT_CONNECTION', outcome: 'unknown' });
  behave = () => {};
  await expect(insert()).rejects.toMatchObject({ code: 'INSERT_CONNECTION', outcome: 'unknown' });
  // On a kept connection nobody can tell; on a new one that is refused, it is certain.
  const down = new Promise<void>((resolve) => engine.onState(() => resolve()));
  server.close();
  server.closeAllConnections();
  await down;
  await expect(insert()).rejects.toMatchObject({ code: 'INSERT_CONNECTION', outcome: 'not_applied' });
  await engine.stop();
});
