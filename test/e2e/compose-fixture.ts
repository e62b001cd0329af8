import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnEngine } from '../../collector/src/engine/engine-child.ts';
import { credentialHeaders } from '../../collector/src/engine/http-connection.ts';
import { findLibrary } from '../../collector/src/engine/library.ts';
import { reservePorts } from '../../collector/src/engine/ports.ts';
import { writeServerConfig } from '../../collector/src/engine/server-config.ts';
import { ROOT } from './docs-fixture.ts';

/** Passwords of compose's ClickHouse in tests. */
export const PASSWORDS = {
  SPANLEDGER_CLICKHOUSE_PASSWORD: 'for-the-collector',
  SPANLEDGER_READER_PASSWORD: 'for-Grafana_1',
};

/** A ClickHouse server with compose's users, beside the one that the embedded engine cannot do without. */
export interface ComposeServer {
  readonly port: number;
  /** Answer to a query of a user, and its HTTP status. */
  ask(user: string, password: string, sql: string): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

/** Starts chDB's server with `compose/clickhouse/users.xml`. */
export async function startComposeServer(): Promise<ComposeServer> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-compose-'));
  const [httpPort = 0] = await reservePorts([{ port: 0, option: '--clickhouse-http-port' }]);
  const input = { directory, httpPort, tcpPort: null, database: 'spanledger', memoryBytes: 2 ** 31 };
  const files = await writeServerConfig({ ...input, readers: [], tenantTables: [] });
  const users = await readFile(path.join(ROOT, 'compose/clickhouse/users.xml'), 'utf8');
  const session = '<default><password/><profile>default</profile><networks><ip>127.0.0.1</ip></networks></default>';
  await writeFile(
    path.join(directory, 'users.xml'),
    users
      .replace('<default remove="remove"/>', session)
      .replace('<profiles>', '<quotas><default/></quotas><profiles><default/>'),
  );
  Object.assign(process.env, PASSWORDS);
  const headers = credentialHeaders({ url: new URL('http://127.0.0.1'), user: 'default', password: '' });
  const { config: configFile, stderr: stderrFile } = files;
  const child = spawnEngine({ library: findLibrary(), configFile, httpPort, hasTcp: false, stderrFile, headers });
  const ended = child.exited.then(({ stderr }) => Promise.reject(new Error(stderr)));
  ended.catch(() => {});
  const ping = async (): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${httpPort}/ping`).catch(() => null);
    return response?.ok ?? false;
  };
  while (!(await ping())) await Promise.race([delay(100), ended]);
  return {
    port: httpPort,
    ask: async (user, password, sql) => {
      const headers = { 'x-clickhouse-user': user, 'x-clickhouse-key': password };
      const response = await fetch(`http://127.0.0.1:${httpPort}/?database=spanledger`, {
        method: 'POST',
        headers,
        body: sql,
      });
      return { status: response.status, text: (await response.text()).trim() };
    },
    stop: async () => {
      await child.stop(20_000);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An instruction of a Dockerfile and its text, continued lines joined. */
export type Instruction = readonly [name: string, text: string];

/** Instructions of the last stage of the collector's Dockerfile. */
export async function readImage(): Promise<Instruction[]> {
  const text = await readFile(path.join(ROOT, 'collector/Dockerfile'), 'utf8');
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter(Boolean);
  const last = lines.findLastIndex((line) => line.startsWith('FROM '));
  return lines.slice(last).map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return [name, rest] as const;
  });
}
