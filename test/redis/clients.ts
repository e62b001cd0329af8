import { Redis } from 'ioredis';
import { createClient } from 'redis';

/** A client as an app has it, of one of the two packages. */
export interface Client {
  readonly redis: object;
  readonly useRedisPackage: boolean;
  close(): void;
}

/** Makes clients with their own defaults; errors of the connection are the check's to tell. */
export const CLIENTS: Readonly<Record<'ioredis' | 'redis', (port: number) => Promise<Client>>> = {
  async ioredis(port) {
    const redis = new Redis(port, '127.0.0.1');
    redis.on('error', () => {});
    return { redis, useRedisPackage: false, close: () => redis.disconnect() };
  },
  async redis(port) {
    const redis = createClient({ url: `redis://127.0.0.1:${port}` });
    redis.on('error', () => {});
    await redis.connect();
    return { redis, useRedisPackage: true, close: () => redis.destroy() };
  },
};
