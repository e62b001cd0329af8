import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/** The baseline in a process of its own. */
export class BaselineProcess {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.pid = child.pid ?? 0;
  }

  /** Starts it over an engine, in which the table `baseline_spans` must be. */
  static async start(engineUrl: string): Promise<BaselineProcess> {
    const server = path.join(import.meta.dirname, 'server.ts');
    const child = spawn(process.execPath, [server, engineUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of child.stdout) return new BaselineProcess(child, String(line).trim());
    throw new Error('the baseline did not start');
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}
