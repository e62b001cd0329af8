import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../collector/src/cli.ts', import.meta.url));

/** Flags that let every port be a free one. */
export const FREE_PORTS: readonly string[] = ['port', 'grpc-port', 'clickhouse-http-port', 'clickhouse-tcp-port'].map(
  (name) => `--${name}=0`,
);

/** How a command ended. */
export interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `spanledger` from source to its end. */
export async function runCli(words: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  const child = spawnCli(words, environment);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exitCode(child), output, errors };
}

/** A `spanledger start` or `demo` that is ready. */
export interface RunningCli {
  /** Address by name as the summary says it, for example of `OTLP/HTTP`. */
  readonly places: Readonly<Record<string, string>>;
  /** Flags that make `sql` ask its ClickHouse. */
  readonly sqlFlags: readonly string[];
  /** Waits until its output holds the text. */
  said(text: string): Promise<void>;
  /** Sends the signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `spanledger start` and waits until it says where everything is. */
export async function startCli(words: readonly string[]): Promise<RunningCli> {
  const child = spawnCli(['start', ...FREE_PORTS, ...words]);
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const said = async (wanted: string): Promise<void> => {
    const ended = once(child.stdout, 'end').then(() => 'ended' as const);
    while (!output.includes(wanted)) {
      const next = await Promise.race([once(child.stdout, 'data'), ended]);
      if (next === 'ended' && !output.includes(wanted)) throw new Error(`never said "${wanted}": ${output}${errors}`);
    }
  };
  await said('Stop with Ctrl-C');
  const places = Object.fromEntries(
    [...output.matchAll(/^ {2}(\S.*?) {2,}(\S+)/gm)].map(([, name, place]) => [name, place]),
  );
  return {
    places,
    sqlFlags: ['--clickhouse-http-port', new URL(places['ClickHouse HTTP']).port],
    said,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exitCode(child);
    },
  };
}

/** Makes a directory for a test and gives it with what removes it. */
export async function temporaryDirectory(): Promise<{ directory: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-cli-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

function spawnCli(words: readonly string[], environment: Record<string, string> = {}) {
  return spawn(process.execPath, ['--conditions=source', cli, ...words], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
