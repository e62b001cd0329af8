import type { IncomingHttpHeaders } from 'node:http';

const PREFLIGHT_SECONDS = 7200;

/**
 * The CORS headers for a request from a browser; none when its origin is not allowed.
 * @param allowed origins such as `https://app.example`, or `*` for every origin
 */
export function corsHeaders(requestHeaders: IncomingHttpHeaders, allowed: readonly string[]): Record<string, string> {
  if (allowed.length === 0) return {};
  const origin = requestHeaders.origin;
  if (origin === undefined || !(allowed.includes('*') || allowed.includes(origin))) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    // navigator.sendBeacon always asks for this; no cookie is ever read here, so that nothing is given away.
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After',
  };
}

/** True for the question a browser asks before it posts. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** The further headers of the answer to a preflight: whatever headers the page wants to send are allowed. */
export function preflightHeaders(requestHeaders: IncomingHttpHeaders): Record<string, string> {
  return {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': requestHeaders['access-control-request-headers'] ?? 'Content-Type',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  };
}
