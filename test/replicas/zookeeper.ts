import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Debian's package `zookeeper`; its manifest names what it needs. */
const JAR = '/usr/share/java/zookeeper.jar';

/** Runs a command, and kills it at the end of standard input: when this process kills it, or is gone itself. */
const UNTIL_INPUT_ENDS =
  'exec 3<&0; "$0" "$@" & command=$!; (cat <&3 >/dev/null; kill -9 $command) 2>/dev/null & wait $command';

/** A ZooKeeper of a test's own, which can be killed and started again on its data. */
export class ZooKeeper {
  readonly port: number;
  readonly #directory: string;
  #child: ChildProcess | undefined;

  constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
  }

  /** Starts it and waits until it serves. */
  async start(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const file = path.join(this.#directory, 'zoo.cfg');
    const configuration = {
      dataDir: path.join(this.#directory, 'data'),
      clientPort: this.port,
      clientPortAddress: '127.0.0.1',
      'admin.enableServer': false,
      tickTime: 500,
      maxClientCnxns: 0,
    };
    await writeFile(
      file,
      Object.entries(configuration)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const java = ['java', '-Xmx192m', '-cp', JAR, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', file];
    const child = spawn('sh', ['-c', UNTIL_INPUT_ENDS, ...java], { stdio: ['pipe', 'ignore', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`ZooKeeper ended: ${said}`)));
    });
    ended.catch(() => {});
    while (!(await this.#serves())) await Promise.race([delay(100), ended]);
  }

  /** Kills it without a warning and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await gone;
  }

  /** Whether it answers the word `srvr`, by which it tells about itself. */
  #serves(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write('srvr'));
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(text.includes('Mode: standalone')));
    });
  }
}
