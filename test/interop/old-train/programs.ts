import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = path.join(import.meta.dirname, '../../../packages');

/** Programs in a directory of their own, with their own packages. */
export interface Programs {
  /** Runs one; gives what it printed. */
  run(name: string, environment: Readonly<Record<string, string>>): Promise<string>;
  remove(): Promise<void>;
}

/** Copies a folder of programs, and installs what its lock file says, and of this repository what is built. */
export async function installPrograms(folder: string): Promise<Programs> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'spanledger-programs-'));
  await cp(folder, home, { recursive: true });
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: home });
  for (const name of ['semconv', 'sdk']) {
    const target = path.join(home, 'node_modules/@spanledger', name);
    for (const part of ['dist', 'package.json']) {
      await cp(path.join(packages, name, part), path.join(target, part), { recursive: true });
    }
  }
  return {
    async run(name, environment) {
      const { stdout } = await run(process.execPath, [name], { cwd: home, env: { ...process.env, ...environment } });
      return stdout.trim();
    },
    remove: () => rm(home, { recursive: true }),
  };
}

/** A server that takes everything, and remembers what it was asked. */
export async function startTaker(): Promise<{ readonly url: string; readonly asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => void server.close(),
  };
}
