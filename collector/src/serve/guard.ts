import { setTimeout as delay } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { RouterRoute } from 'hono/types';
import type { Caller, CallerOf } from '../keys/caller.ts';
import type { Scope } from '../keys/scope.ts';
import { accessOf, type RouteAccess } from './access.ts';
import { allowOrigins, refuseForeignWrites } from './cross-origin.ts';
import { forbidden, unauthorized } from './errors.ts';
import type { Api, ApiEnv } from './route.ts';
import type { Store } from './store.ts';

/** What is known of an answered request, for the access log. */
export interface ApiAccess {
  /** Undefined where no valid key came. */
  readonly caller: Caller | undefined;
  readonly method: string;
  /** Path as it came, without the query. */
  readonly path: string;
  /** Names of the query's parameters. */
  readonly parameters: readonly string[];
  readonly status: number;
  readonly milliseconds: number;
}

/** What the guard works with. */
export interface GuardOptions {
  readonly store: Store;
  readonly callerOf: CallerOf;
  /** Resolves once all that is acknowledged now stands in the views. */
  readonly upToDate: () => Promise<void>;
  /** Called once for each answered request of a route that is not open. */
  readonly onAccess: (access: ApiAccess) => void;
  /** Origins whose web pages may use the API. */
  readonly readableOrigins: () => readonly string[];
}

/**
 * Puts the guard before all routes: each request needs a key with the scopes that its route declares. Only open routes are answered
 * without a key; a route that declares nothing is never answered.
 */
export function addGuard(api: Api, options: GuardOptions): void {
  const observe: MiddlewareHandler<ApiEnv> = async (context, next) => {
    const startedAt = performance.now();
    await next();
    if (context.get('isOpen') === true) return;
    options.onAccess({
      caller: context.get('caller'),
      method: context.req.method,
      path: context.req.path,
      parameters: Object.keys(context.req.query()),
      status: context.res.status,
      milliseconds: performance.now() - startedAt,
    });
  };
  const guard: MiddlewareHandler<ApiEnv> = async (context, next) => {
    const accesses = accessesOf(matchedRoutes(context).filter(({ handler }) => !isOwn.has(handler)));
    const isOpen = accesses.length > 0 && accesses.every(({ scope }) => scope === 'open');
    context.set('isOpen', isOpen);
    if (isOpen) return next();
    const caller = await options.callerOf(Object.fromEntries(context.req.raw.headers));
    if (caller === undefined) throw unauthorized();
    context.set('caller', caller);
    const missing = scopesOf(accesses, context.req.query()).find((scope) => !caller.scopes.has(scope));
    if (missing !== undefined) throw forbidden(missing);
    if (accesses.some(({ scope }) => scope !== 'admin')) await orLater(options.upToDate());
    context.set('read', options.store.reader(caller.tenant, context.req.raw.signal));
    return next();
  };
  const { readableOrigins } = options;
  const own = [observe, allowOrigins(readableOrigins), refuseForeignWrites(readableOrigins), guard] as const;
  const isOwn = new Set<object>(own);
  api.use(...own);
}

/** Who reads sees what was acknowledged before, unless the collector is so busy that it would take longer than this. */
const LONGEST_WAIT_MS = 1000;

async function orLater(upToDate: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const late = delay(LONGEST_WAIT_MS, undefined, { signal: stop.signal }).catch(() => {});
  await Promise.race([upToDate, late]);
  stop.abort();
}

/**
 * What the routes that match a request declare; none where nothing matches.
 * @throws {Error} when one of them declares nothing, which is a bug
 */
function accessesOf(routes: readonly RouterRoute[]): RouteAccess[] {
  return [...Map.groupBy(routes, ({ path }) => path)].map(([path, handlers]) => {
    const found = handlers.map(({ handler }) => accessOf(handler)).find((access) => access !== undefined);
    if (found === undefined) throw new Error(`The route ${path} declares no scope; see serve/access.ts.`);
    return found;
  });
}

/** The scopes that a request with these parameters needs. */
function scopesOf(accesses: readonly RouteAccess[], parameters: Readonly<Record<string, string>>): Scope[] {
  return accesses.flatMap(({ scope, parameters: more = {} }) => [
    ...(scope === 'open' ? [] : [scope]),
    ...Object.entries(more).flatMap(([name, needed]) => (Object.hasOwn(parameters, name) ? [needed] : [])),
  ]);
}
