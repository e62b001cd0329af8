import type { Hono } from 'hono';
import type { Registry } from 'prom-client';
import type { Engine } from './engine/engine-contract.ts';
import { needs } from './serve/access.ts';
import type { ApiEnv } from './serve/route.ts';

/** Adds `/healthz` (the process lives), `/readyz` (the engine answers) and `/metrics` (Prometheus text). */
export function addHealth(api: Hono<ApiEnv>, engine: Engine, registry: Registry): void {
  api.get('/healthz', needs('open'), (context) => context.json({ status: 'ok' }));
  api.get('/readyz', needs('open'), (context) => {
    const ready = engine.state === 'ready';
    return context.json({ status: ready ? 'ready' : 'not ready', engine: engine.state }, ready ? 200 : 503);
  });
  api.get('/metrics', needs('admin'), async (context) =>
    context.body(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  );
}
