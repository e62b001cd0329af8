import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'examples/quick-start');

/** Builds the programs of the pages, as users run them: from what is published. Another package of the tree has the condition `source` too. */
export async function buildPrograms(): Promise<void> {
  await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', folder]);
}

/** Text of a program, as its page shows it. */
export function sourceOf(name: string): Promise<string> {
  return readFile(path.join(folder, 'src', `${name}.ts`), 'utf8');
}

/** Runs a program, with `--import @spanledger/node/register` where it says so; gives the lines that it printed. */
export function runProgram(
  name: string,
  environment: Readonly<Record<string, string>>,
  { isRegistered, further = [] }: { isRegistered: boolean; further?: readonly string[] },
): Promise<string[]> {
  const preload = isRegistered ? ['--import', '@spanledger/node/register'] : [];
  const argv = [...preload, `dist/${name}.js`, ...further];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      argv,
      { cwd: folder, env: { ...process.env, ...environment } },
      (error, output, errors) => {
        if (error === null) resolve(output.trimEnd().split('\n'));
        else reject(new Error(`${name}: ${errors}`, { cause: error }));
      },
    );
  });
}
