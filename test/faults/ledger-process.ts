import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const COLLECTOR = path.join(import.meta.dirname, '../../collector');
/** The sources, which tests run. */
export const FROM_SOURCE: readonly string[] = ['--conditions=source', path.join(COLLECTOR, 'src/cli.ts')];
/** What users run; `npm run prepare` builds it. */
export const AS_BUILT: readonly string[] = [path.join(COLLECTOR, 'dist/cli.js')];

/** What `/v1/status` says. */
export interface Status {
  readonly watermark: string;
  readonly projected: string;
  readonly settled: string;
  readonly refusing: string | null;
}

/** A collector in a process of its own, which can be killed and started again on the same data. */
export class CollectorProcess {
  readonly #dataDirectory: string;
  readonly #program: readonly string[];
  readonly #flags: readonly string[];
  #child: ChildProcess | undefined;
  #enginePid = 0;
  /** Base URL of the collector that runs now. */
  url = '';
  #engineUrl = '';
  #log = '';
  #begin = 0;
  readonly #phases: string[] = [];

  private constructor(dataDirectory: string, program: readonly string[], flags: readonly string[]) {
    this.#dataDirectory = dataDirectory;
    this.#program = program;
    this.#flags = flags;
  }

  /** Directory of all data. */
  get dataDirectory(): string {
    return this.#dataDirectory;
  }

  /** Process id of the collector, whose child the engine is. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Process id of the embedded engine. */
  get enginePid(): number {
    return this.#enginePid;
  }

  /** Log lines since the last start, as text. */
  get log(): string {
    return this.#log;
  }

  /** What was said since the last start, a line each, with milliseconds since that start. */
  get phases(): readonly string[] {
    return this.#phases;
  }

  /** Base URL of the engine's HTTP. */
  get engineUrl(): string {
    return this.#engineUrl;
  }

  /** Starts one on fresh data. `program` is what Node runs, with flags of Node itself before it; `flags` are the collector's own. */
  static async start(
    program: readonly string[] = FROM_SOURCE,
    flags: readonly string[] = [],
    dataDirectory?: string,
  ): Promise<CollectorProcess> {
    const directory = dataDirectory ?? (await mkdtemp(path.join(os.tmpdir(), 'spanledger-')));
    const collector = new CollectorProcess(directory, program, flags);
    await collector.start();
    return collector;
  }

  /** Starts the command `spanledger start` and waits until it says where it listens. */
  async start(): Promise<void> {
    const ports = ['port', 'grpc-port', 'clickhouse-http-port', 'clickhouse-tcp-port'].flatMap((name) => [
      `--${name}`,
      '0',
    ]);
    const child = spawn(
      process.execPath,
      [...this.#program, 'start', '--data-dir', this.#dataDirectory, '--log-level', 'info', ...ports, ...this.#flags],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    this.#log = '';
    this.#begin = performance.now();
    this.#phases.length = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
      this.#note(text);
      for (const [, pid] of text.matchAll(/"engine_pid":(\d+)/g)) this.#enginePid = Number(pid);
    });
    let text = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      text += chunk;
      this.#note(chunk);
      const [, url] = /OTLP\/HTTP\s+(\S+)/.exec(text) ?? [];
      const [, engineUrl] = /ClickHouse(?: HTTP)?\s+(http\S+)/.exec(text) ?? [];
      if (url === undefined || engineUrl === undefined || !text.includes('Stop with')) continue;
      this.url = url;
      this.#engineUrl = engineUrl;
      return;
    }
    throw new Error(`the collector did not start: ${this.#log}`);
  }

  #note(text: string): void {
    const milliseconds = Math.round(performance.now() - this.#begin);
    for (const line of text.split('\n'))
      if (line !== '') this.#phases.push(`${milliseconds} ms: ${line.slice(0, 200)}`);
  }

  /** Kills the collector without a warning, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGKILL');
    await ended;
  }

  /** Kills the engine under the collector, which starts it again. */
  killEngine(): void {
    process.kill(this.#enginePid, 'SIGKILL');
  }

  /** Rows of a query, asked as the operator. */
  async query<T>(sql: string): Promise<T[]> {
    const response = await fetch(`${this.#engineUrl}/?database=spanledger&output_format_json_quote_64bit_integers=1`, {
      method: 'POST',
      body: `${sql} FORMAT JSONEachRow`,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  }

  /** Answer of the API as JSON. */
  async get<T>(route: string): Promise<T> {
    return (await (await fetch(`${this.url}${route}`)).json()) as T;
  }

  /** Waits until all that is acknowledged now stands settled in the views. */
  async settled(): Promise<void> {
    const { watermark } = await this.get<Status>('/v1/status');
    while (BigInt((await this.get<Status>('/v1/status')).settled) < BigInt(watermark)) await delay(50);
  }

  /** Posts a trace body once. */
  post(body: Uint8Array<ArrayBuffer>): Promise<Response> {
    const headers = { 'content-type': 'application/x-protobuf' };
    return fetch(`${this.url}/v1/traces`, { method: 'POST', headers, body });
  }

  /** Posts a trace body until it is acknowledged, as an exporter does: again after a lost connection, 429, 502, 503 and 504. */
  async deliver(body: Uint8Array<ArrayBuffer>): Promise<void> {
    for (;;) {
      const response = await this.post(body).catch(() => undefined);
      if (response?.status === 200) return;
      if (response !== undefined && ![429, 502, 503, 504].includes(response.status)) {
        throw new Error(`answered ${response.status}: ${await response.text()}`);
      }
      // An exporter's back-off.
      await delay(50);
    }
  }

  /** Runs another command on the data of a collector that is not running, and gives what it says. Throws where it fails. */
  async command(name: string): Promise<string> {
    const words = [...this.#program, name, '--data-dir', this.#dataDirectory, '--clickhouse-http-port', '0'];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...words,
      '--clickhouse-tcp-port',
      '0',
      ...this.#flags,
    ]);
    return stdout;
  }

  /** Ends the collector and removes its data. */
  async stop(): Promise<void> {
    const child = this.#child;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGTERM');
    await ended;
    await rm(this.#dataDirectory, { recursive: true, force: true });
  }
}
