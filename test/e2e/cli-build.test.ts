import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const bin = path.join(root, 'collector/dist/cli.js');
const run = promisify(execFile);

beforeAll(async () => {
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  await run(tsc, ['-b', 'packages/semconv', 'packages/client', 'packages/sdk', 'collector', 'examples/multi-agent'], {
    cwd: root,
  });
});

test('the build runs as a program', async () => {
  const { stdout } = await run(process.execPath, [bin, '--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  // What npm does when it links a bin.
  await chmod(bin, 0o755);
  const search = [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter);
  expect((await run(bin, ['help'], { env: { PATH: search } })).stdout).toMatch(/^Spanledger /);
});

test('the build finds what it starts', async () => {
  for (const command of ['start', 'demo', 'report', 'graph', 'sql', 'rebuild']) {
    const { stdout } = await run(process.execPath, [bin, command, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: spanledger ${command} `));
  }
});
