import { isIP } from 'node:net';
import type { Logger } from 'pino';
import { ConfigurationError } from '../errors.ts';
import type { KeyRecord } from './key-records.ts';
import { KeyRing } from './key-ring.ts';

/** The options that say which keys there are. */
export interface KeyOptions {
  readonly keys_file: string;
  readonly keys: readonly KeyRecord[];
  readonly tenant: string;
}

/**
 * Opens the keys that the options name; what changes in the file later is logged.
 * @throws {ConfigurationError} `KEYS_FILE_INVALID`
 */
export function openKeys({ keys_file: file, keys: fixed, tenant }: KeyOptions, log: Logger): Promise<KeyRing> {
  return KeyRing.open(
    { file, fixed, tenant },
    {
      changed: (keys, firstKeys) => {
        log.info({ keys }, 'the keys file has changed and is in force');
        if (firstKeys) {
          log.warn(
            "the first keys: each request needs one now; restart, so that ClickHouse's users need passwords too",
          );
        }
      },
      failed: (err) => log.error({ err }, 'the keys file cannot be used; the keys before it stay in force'),
    },
  );
}

/**
 * Refuses to listen where other machines can reach a collector that cannot tell its callers apart.
 * @throws {ConfigurationError} `KEYS_REQUIRED`
 */
export function requireKeysBeyondLoopback(keys: KeyRing, host: string, file: string): void {
  if (keys.isKeyed || isLoopback(host)) return;
  throw new ConfigurationError(
    'KEYS_REQUIRED',
    `host ${host} is reachable from other machines, and there are no keys to tell callers apart. ` +
      `Make one with "spanledger keys add" (it goes into ${file}), set SPANLEDGER_KEYS, or listen on 127.0.0.1.`,
  );
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
