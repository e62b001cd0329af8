import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const APPS = path.join(import.meta.dirname, 'node-apps');

/** An app in a process of its own, under `--import @spanledger/node/register`. */
export interface App {
  /** The app's next line on standard output, as JSON; rejects when the app ends without one. */
  line<T>(): Promise<T>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it wrote on standard error so far. */
  errors(): string;
}

const running = new Set<ChildProcess>();

/** Starts an app of `node-apps`. */
export function startApp(name: string, environment: Readonly<Record<string, string>>): App {
  const argv = ['--conditions=source', '--import', '@spanledger/node/register', path.join(APPS, `${name}.ts`)];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, OTEL_SERVICE_NAME: name, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const closed = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code, signal } as { code: number | null; signal: NodeJS.Signals | null };
  });
  return {
    async line<T>() {
      while (!output.includes('\n')) {
        const event = await Promise.race([once(child.stdout, 'data').then(() => 'data'), closed]);
        if (event !== 'data' && !output.includes('\n')) throw new Error(`${name} ended without a line: ${errors}`);
      }
      const end = output.indexOf('\n');
      const text = output.slice(0, end);
      output = output.slice(end + 1);
      return JSON.parse(text) as T;
    },
    kill: (signal) => void child.kill(signal),
    ended: () => closed,
    errors: () => errors,
  };
}

/** Ends what tests left running. */
export function stopApps(): void {
  for (const child of running) child.kill('SIGKILL');
}
