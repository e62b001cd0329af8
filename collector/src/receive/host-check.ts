import { isIP } from 'node:net';

/**
 * Says whether a request may be answered under the name in its `Host` header. A web page can make a browser send requests to loopback
 * under a name of its own (DNS rebinding); such a name is refused. Addresses and `localhost` can't be taken over that way.
 *
 * @param allowed further names, without ports, as a proxy in front may pass on; `*` for any
 */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  if (header === undefined || allowed.includes('*')) return true;
  const name = hostName(header);
  return name === 'localhost' || isIP(name) !== 0 || allowed.includes(name);
}

/** The name or address of `name:port` or `[address]:port`, in lower case. */
function hostName(header: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(header);
  return (bracketed?.[1] ?? header.replace(/:\d+$/, '')).toLowerCase();
}
