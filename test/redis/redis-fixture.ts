import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A Redis server of the test's own, on a free port, that keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** Starts it again on the same port; it has forgotten everything. */
  restart(): Promise<void>;
  /** Lets it answer nobody, with its connections open, until `resume`. */
  pause(): void;
  resume(): void;
}

const MISSING =
  'redis-server is not installed. These tests run a real one: `apt-get install redis-server` (Debian, Ubuntu), `brew install redis` (macOS).';

/** Starts a server. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let server = await launch(port);
  return {
    port,
    stop: () => end(server),
    async restart() {
      server = await launch(port);
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
  };
}

async function launch(port: number): Promise<ChildProcess> {
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(server, 'error').then(([error]: unknown[]) => {
    throw new Error((error as { code?: string }).code === 'ENOENT' ? MISSING : String(error), { cause: error });
  });
  const said: string[] = [];
  const ready = (async () => {
    for await (const line of createInterface(server.stdout)) {
      said.push(line);
      if (line.includes('Ready to accept connections')) return;
    }
    throw new Error(`redis-server ended: ${said.join('\n')}`);
  })();
  await Promise.race([ready, failed]);
  server.stdout.resume();
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, 'close');
  server.kill('SIGKILL');
  await closed;
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await once(listener, 'close');
  return port;
}
