import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '../errors.ts';

/** A port of the embedded engine with the option that sets it, for messages. */
export interface PortChoice {
  /** 0 picks a free one. */
  readonly port: number;
  readonly option: '--clickhouse-http-port' | '--clickhouse-tcp-port';
}

/**
 * Checks that the ports are free on loopback and replaces 0 by a free one.
 * @param patienceMs how long a port may stay taken: an engine whose collector was killed needs a moment to go
 * @throws {ConfigurationError} `ENGINE_PORT_TAKEN`
 */
export async function reservePorts(choices: readonly PortChoice[], patienceMs = 2_000): Promise<number[]> {
  const held: net.Server[] = [];
  try {
    for (const choice of choices) held.push(await listenPatiently(choice, Date.now() + patienceMs));
    return held.map((server) => (server.address() as net.AddressInfo).port);
  } finally {
    await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))));
  }
}

async function listenPatiently(choice: PortChoice, until: number): Promise<net.Server> {
  for (;;) {
    try {
      return await listen(choice.port);
    } catch (cause) {
      if (Date.now() < until) {
        await delay(100);
        continue;
      }
      throw new ConfigurationError(
        'ENGINE_PORT_TAKEN',
        `the embedded engine cannot listen on 127.0.0.1:${choice.port}: ${(cause as Error).message}. ` +
          `End what uses the port, or choose another with ${choice.option} (0 picks a free one).`,
        { cause },
      );
    }
  }
}

function listen(port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
