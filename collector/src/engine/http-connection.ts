import http from 'node:http';
import https from 'node:https';

/** What is needed to reach a ClickHouse server over HTTP. */
export interface HttpTarget {
  /** `http:` or `https:` URL without credentials; a path is kept (servers behind a proxy). */
  readonly url: URL;
  readonly user: string;
  readonly password: string;
  /** Sends user and password, which must then be ASCII, in ClickHouse's own headers instead of `Authorization`. Default false. */
  readonly ownHeaders?: boolean;
}

/** The headers that say who asks. */
export function credentialHeaders({ user, password, ownHeaders }: HttpTarget): Record<string, string> {
  if (ownHeaders === true) return { 'x-clickhouse-user': user, 'x-clickhouse-key': password };
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  /** ClickHouse's error code; `null` when the answer has none. */
  readonly serverCode: number | null;
  /** Text of the answer, at most 64 KiB. */
  readonly text: string;
}

/** A request that got no whole answer. `connected` is false when it cannot have reached the server. */
export class ConnectionLost extends Error {
  readonly connected: boolean;
  constructor(connected: boolean, cause: Error) {
    super(cause.message, { cause });
    this.name = 'ConnectionLost';
    this.connected = connected;
  }
}

const longestAnswer = 65_536;

/** Kept-alive connections to one server, without any encoding between the bytes given and the bytes sent. */
export class HttpConnection {
  readonly #target: HttpTarget;
  readonly #agent: http.Agent;
  readonly #headers: http.OutgoingHttpHeaders;

  constructor(target: HttpTarget, sockets = 16) {
    this.#target = target;
    const options = { keepAlive: true, maxSockets: sockets };
    this.#agent = target.url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
    this.#headers = { ...credentialHeaders(target), 'content-type': 'application/octet-stream' };
  }

  /**
   * Posts `chunks` in order with the given URL parameters and waits for the whole answer, whatever its status.
   * @param timeoutMs limit for the whole exchange, in milliseconds
   * @throws {ConnectionLost} no whole answer came
   */
  post(
    parameters: Readonly<Record<string, string>>,
    chunks: readonly Uint8Array[],
    timeoutMs: number,
  ): Promise<HttpAnswer> {
    const url = new URL(this.#target.url);
    url.search = new URLSearchParams(parameters).toString();
    const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    let connected = false;
    const fail = (error: Error): void => reject(new ConnectionLost(connected, error));
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      agent: this.#agent,
      headers: { ...this.#headers, 'content-length': length },
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.on('error', fail);
    request.on('socket', (socket) => {
      if (!socket.connecting) connected = true;
      else socket.once('connect', () => (connected = true));
    });
    request.on('response', (response) => readAnswer(response).then(resolve, fail));
    for (const chunk of chunks) request.write(chunk);
    request.end();
    return promise.finally(() => clearTimeout(timer));
  }

  /** Closes idle and busy sockets. */
  close(): void {
    this.#agent.destroy();
  }
}

async function readAnswer(response: http.IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (size < longestAnswer) parts.push(part);
    size += part.length;
  }
  const header = response.headers['x-clickhouse-exception-code'];
  const text = Buffer.concat(parts).toString('utf8', 0, longestAnswer);
  const code = Number(typeof header === 'string' ? header : /^Code: (\d+)\. DB::Exception/.exec(text)?.[1]);
  return { status: response.statusCode ?? 0, serverCode: Number.isInteger(code) ? code : null, text };
}
