import { readdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { hashOfFile } from './city-hash.ts';

/** Of the exchange's versions the one that says a part's size and then its files, no more. */
const PROTOCOL_VERSION = 1;

/** Files that a server makes anew for its own copy of a part. */
const OF_ONE_COPY = new Set(['txn_version.txt']);

/**
 * Sends a server's parts to the other replicas, by ClickHouse's own protocol between servers. The embedded engine has all of
 * replication but this listener: it knows `SYSTEM START LISTEN` for HTTP and TCP only. So a test listens in its place and reads the
 * parts where the server keeps them. The replica that fetches checks every file's hash, and the part against its checksums.
 */
export class PartSender {
  readonly #port: number;
  readonly #ask: (sql: string) => Promise<string>;
  readonly #directories = new Map<string, Promise<string>>();
  #server: http.Server | undefined;
  /** While set, requests for parts are refused: what a replica has that the others can't reach. */
  isRefusing = false;
  /** Parts sent so far. */
  sent = 0;

  /** @param ask asks the server whose parts are sent */
  constructor(port: number, ask: (sql: string) => Promise<string>) {
    this.#port = port;
    this.#ask = ask;
  }

  start(): Promise<void> {
    const server = http.createServer((request, response) => {
      request.resume();
      this.#answer(new URL(request.url ?? '/', 'http://127.0.0.1').searchParams).then(
        (body) => {
          this.sent += 1;
          response.writeHead(200, {
            'set-cookie': `server_protocol_version=${PROTOCOL_VERSION}`,
            'content-length': body.length,
          });
          response.end(body);
        },
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
    this.#server = server;
    return new Promise((listening) => server.listen(this.#port, '127.0.0.1', listening));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }

  async #answer(query: URLSearchParams): Promise<Buffer> {
    const [, database, table] =
      /^DataPartsExchange:\/clickhouse\/tables\/(\w+)\/(\w+)\/\w+\/replicas\/\w+$/.exec(query.get('endpoint') ?? '') ??
      [];
    const part = /^\w+$/.exec(query.get('part') ?? '')?.[0];
    if (database === undefined || table === undefined || part === undefined) throw new Error(`not for parts: ${query}`);
    if (this.isRefusing) throw new Error('the test keeps parts from the other replica');
    return writePart(path.join(await this.#directoryOf(database, table), part));
  }

  #directoryOf(database: string, table: string): Promise<string> {
    const name = `${database}.${table}`;
    const known = this.#directories.get(name);
    if (known !== undefined) return known;
    const asked = this.#ask(
      `SELECT data_paths[1] FROM system.tables WHERE database = '${database}' AND name = '${table}'`,
    );
    this.#directories.set(name, asked);
    return asked;
  }
}

async function writePart(directory: string): Promise<Buffer> {
  const names = (await readdir(directory)).filter((name) => !OF_ONE_COPY.has(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(path.join(directory, name)) })),
  );
  const pieces = [number64(files.reduce((sum, { bytes }) => sum + bytes.length, 0)), number64(files.length)];
  for (const { name, bytes } of files) {
    const [low, high] = hashOfFile(bytes);
    pieces.push(
      Buffer.from([name.length]),
      Buffer.from(name),
      number64(bytes.length),
      bytes,
      number64(low),
      number64(high),
    );
  }
  return Buffer.concat(pieces);
}

function number64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
