import type { Logger } from 'pino';
import type { ApiAccess } from './serve/guard.ts';

const LONGEST_PATH = 1_024;

/**
 * Writes who looked at what: a line a request of the API, with the key's id and never the key or a value of the query. Without keys
 * there is nobody to name, so it shows with the log level `debug` only.
 */
export function logAccess(log: Logger, { caller, milliseconds, path, ...access }: ApiAccess): void {
  const line = {
    event: 'api_access',
    key: caller?.keyId ?? null,
    tenant: caller?.tenant ?? null,
    ...access,
    path: path.slice(0, LONGEST_PATH),
    duration_ms: Math.round(milliseconds),
  };
  const isOpen = caller !== undefined && caller.keyId === null;
  log[isOpen ? 'debug' : 'info'](line, 'request of the API');
}
