import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { originNotAllowed } from './errors.ts';
import type { ApiEnv } from './route.ts';

const PREFLIGHT_SECONDS = 7_200;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets pages of these origins read answers; they must send a key. Others get no permission from the browser. */
export function allowOrigins(origins: () => readonly string[]): MiddlewareHandler<ApiEnv> {
  const handle = cors({
    origin: (origin) => (isAllowed(origin, origins()) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'X-API-Key', 'Content-Type'],
    maxAge: PREFLIGHT_SECONDS,
  });
  return (context, next) => (origins().length === 0 ? next() : handle(context, next));
}

/**
 * Refuses what a web page of another origin wants to change: a browser sends some requests without asking first, and without keys the
 * collector would take them for everybody's.
 * @throws {ApiError} `ORIGIN_NOT_ALLOWED`
 */
export function refuseForeignWrites(origins: () => readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const origin = context.req.header('origin');
    if (origin === undefined || READS.has(context.req.method) || isAllowed(origin, origins())) return next();
    // Hosts only: a proxy in front may have taken the TLS off.
    const isOwn = URL.canParse(origin) && new URL(origin).host === new URL(context.req.url).host;
    if (!isOwn) throw originNotAllowed(origin);
    return next();
  };
}

function isAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.includes('*') || allowed.includes(origin);
}
