import { ConfigurationError } from '../errors.ts';

/** Answers whether a host is on a list. */
export interface HostList {
  /** `host` as in a URL, with its port where it has one. */
  has(host: string): boolean;
}

const PATTERN =
  /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * Makes a list of hosts from patterns: `agents.internal` is that host on any port, `agents.internal:8080` on that port alone, and
 * `*.agents.internal` every host below it, but not itself. A bare `*` is refused: names of runs and tenants go nowhere by accident.
 * @throws ConfigurationError `HOST_PATTERN_INVALID`.
 */
export function hostList(patterns: readonly string[], path: string): HostList {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const [index, given] of patterns.entries()) {
    const pattern = given.trim().toLowerCase();
    if (!PATTERN.test(pattern)) {
      const message = `"${given}" is no host; write a host, host:port or *.host`;
      throw new ConfigurationError('HOST_PATTERN_INVALID', `${path}[${index}]`, message);
    }
    if (pattern.startsWith('*.')) suffixes.push(pattern.slice(1));
    else exact.add(pattern);
  }
  return {
    has(host) {
      const full = host.toLowerCase().replace(/\.(?=:|$)/, '');
      const name = full.replace(/:\d+$/, '');
      return exact.has(full) || exact.has(name) || suffixes.some((end) => full.endsWith(end) || name.endsWith(end));
    },
  };
}
