import type { MiddlewareHandler } from 'hono';
import type { Scope } from '../keys/scope.ts';

/** What a route asks of a request's key. */
export interface RouteAccess {
  /** The scope, or `open` for a route that shows nobody's data and needs no key. */
  readonly scope: Scope | 'open';
  /** Query parameters that need one more scope. Default none. */
  readonly parameters?: Readonly<Record<string, Scope>>;
}

/** A scope alone, or with what parameters need. */
export type Access = RouteAccess['scope'] | RouteAccess;

const declared = new WeakMap<object, RouteAccess>();

/** Notes what the route that `handler` is part of asks for. */
export function declareAccess(handler: MiddlewareHandler, access: Access): MiddlewareHandler {
  declared.set(handler, typeof access === 'string' ? { scope: access } : access);
  return handler;
}

/** Declares the access of a route that stands in no OpenAPI document; others do it by `describe`. */
export function needs(access: Access): MiddlewareHandler {
  return declareAccess(async (_context, next) => next(), access);
}

/** Gives what was declared with a handler. */
export function accessOf(handler: object): RouteAccess | undefined {
  return declared.get(handler);
}
