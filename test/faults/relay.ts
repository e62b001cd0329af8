import { once } from 'node:events';
import net from 'node:net';

/** A TCP relay to a server, which can take the server away and bring it back on the same port. */
export class Relay {
  readonly #target: URL;
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | undefined;
  #port = 0;

  /** @param target address of the server */
  constructor(target: string) {
    this.#target = new URL(target);
  }

  /** Base URL of the relay. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Lets connections through. */
  async open(): Promise<void> {
    const server = net.createServer((socket) => {
      const onward = net.connect(Number(this.#target.port), this.#target.hostname);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => this.#sockets.delete(one));
        one.pipe(other);
      }
    });
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as net.AddressInfo).port;
  }

  /** Cuts all connections and refuses new ones. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
