import type { Hono } from 'hono';
import { accessOf, type RouteAccess } from './access.ts';
import type { ApiEnv } from './route.ts';

/** A route and what it asks of a key. */
export interface AccessRow extends RouteAccess {
  readonly method: string;
  /** As in the OpenAPI document: `/v1/runs/{run_id}`. */
  readonly path: string;
}

/** All routes of an API in the order of their paths, each with what it declares. */
export function accessTable(api: Hono<ApiEnv>): AccessRow[] {
  const rows = api.routes.flatMap(({ method, path, handler }) => {
    const access = accessOf(handler);
    return access === undefined ? [] : [{ method, path: path.replaceAll(/:(\w+)/g, '{$1}'), ...access }];
  });
  return rows.sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}
