import { expect, test } from 'vitest';
import type { Caller } from '../../collector/src/keys/caller.ts';
import { SCOPES, type Scope } from '../../collector/src/keys/scope.ts';
import { accessOf, needs } from '../../collector/src/serve/access.ts';
import { createApi } from '../../collector/src/serve/app.ts';
import type { ApiAccess } from '../../collector/src/serve/guard.ts';
import type { Store } from '../../collector/src/serve/store.ts';

const status = () => ({
  origin: 0,
  watermark: '0',
  projected: '0',
  settled: '0',
  refusing: null,
  engine: { kind: 'embedded', version: '1', state: 'ready' } as const,
});
const store: Store = { reader: () => async () => [] };
const errors: Error[] = [];
const seen: ApiAccess[] = [];

/** A key of the tenant `acme` is `key=` and its scopes. */
function callerOf(headers: Readonly<Record<string, unknown>>): Caller | undefined {
  const scopes = /^key=(.*)$/.exec(String(headers['x-api-key']))?.[1]?.split('+') as Scope[] | undefined;
  return scopes && { keyId: 'k1', tenant: 'acme', scopes: new Set(scopes) };
}

const api = createApi({
  store,
  status,
  callerOf,
  onError: (error) => errors.push(error),
  onAccess: (access) => seen.push(access),
});

async function ask(url: string, scopes?: string): Promise<[number, string | undefined]> {
  const response = await api.request(url, scopes === undefined ? {} : { headers: { 'x-api-key': `key=${scopes}` } });
  const body = (await response.json()) as { error?: { code: string } };
  return [response.status, body.error?.code];
}

test('every route declares what its callers need', () => {
  const routes = Map.groupBy(api.routes, ({ method, path }) => `${method} ${path}`);
  routes.delete('ALL /*');
  const undeclared = [...routes].filter(([, handlers]) => !handlers.some(({ handler }) => accessOf(handler)));
  expect(undeclared.map(([route]) => route)).toEqual([]);
  expect(routes.size).toBeGreaterThan(10);
});

test('a route that declares nothing is not answered, whatever the key', async () => {
  const forgetful = createApi({ store, status, callerOf, onError: (error) => errors.push(error) });
  forgetful.get('/v1/forgotten', (context) => context.json({ secret: true }));
  const headers = { 'x-api-key': `key=${SCOPES.join('+')}` };
  expect((await forgetful.request('/v1/forgotten', { headers })).status).toBe(500);
  expect((await forgetful.request('/v1/forgotten')).status).toBe(500);
  expect(errors.splice(0).map((error) => error.message)).toEqual(
    Array(2).fill('The route /v1/forgotten declares no scope; see serve/access.ts.'),
  );
});

test.each([
  ['/v1/runs', undefined, 401, 'UNAUTHORIZED'],
  ['/v1/runs', 'ingest+audit+admin', 403, 'FORBIDDEN'],
  ['/v1/runs', 'read', 200, undefined],
  ['/v1/status', 'ingest+read+audit', 403, 'FORBIDDEN'],
  ['/v1/status', 'admin', 200, undefined],
  ['/v1/steps/x', 'read', 404, 'STEP_NOT_FOUND'],
  ['/v1/steps/x?include=content', 'read', 403, 'FORBIDDEN'],
  ['/v1/steps/x?include=content', 'audit+admin', 403, 'FORBIDDEN'],
  ['/v1/steps/x?include=content', 'read+audit', 404, 'STEP_NOT_FOUND'],
  ['/v1/steps/x?include=', 'read', 403, 'FORBIDDEN'],
  ['/nothing', undefined, 401, 'UNAUTHORIZED'],
  ['/nothing', 'ingest', 404, 'ROUTE_NOT_FOUND'],
  ['/openapi.json', undefined, 200, undefined],
])('%s with the scopes %s answers %i', async (url, scopes, expected, code) => {
  expect(await ask(url, scopes)).toEqual([expected, code]);
});

test('a refusal says how to ask, and nothing about why the key did not do', async () => {
  const without = await api.request('/v1/runs');
  expect(without.headers.get('www-authenticate')).toBe('Bearer realm="spanledger"');
  const unknown = await api.request('/v1/runs', { headers: { 'x-api-key': 'wrong' } });
  expect(await unknown.text()).toBe(await without.text());
  const lacking = await api.request('/v1/runs', { headers: { 'x-api-key': 'key=admin' } });
  expect(lacking.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="read"');
});

test('each request is told once, with its key and never its values; open routes are not', async () => {
  seen.length = 0;
  await ask('/openapi.json');
  await ask('/v1/runs?text=secret', 'read');
  await ask('/v1/runs/none');
  const told = seen.map(({ caller, milliseconds, ...rest }) => ({ key: caller?.keyId, ...rest }));
  expect(told).toEqual([
    { key: 'k1', method: 'GET', path: '/v1/runs', parameters: ['text'], status: 200 },
    { key: undefined, method: 'GET', path: '/v1/runs/none', parameters: [], status: 401 },
  ]);
});

test('without a way to tell callers apart everybody has all scopes', async () => {
  const open = createApi({ store, status });
  expect((await open.request('/v1/status')).status).toBe(200);
});

/** An API with a route that changes something, for pages of `https://app.example`. */
function writableApi(...origins: string[]): ReturnType<typeof createApi> {
  const writable = createApi({ store, status, readableOrigins: () => origins });
  writable.post('/v1/change', needs('admin'), (context) => context.json({ changed: true }));
  return writable;
}

test.each([
  [{}, 200],
  [{ origin: 'http://localhost' }, 200],
  [{ origin: 'https://localhost' }, 200],
  [{ origin: 'https://app.example' }, 200],
  [{ origin: 'https://evil.example' }, 403],
  [{ origin: 'http://localhost:81' }, 403],
  [{ origin: 'http://localhost.evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: '' }, 403],
] as [Record<string, string>, number][])('a page that sends %j may change something: %i', async (headers, expected) => {
  const response = await writableApi('https://app.example').request('/v1/change', { method: 'POST', headers });
  expect(response.status).toBe(expected);
  if (expected === 403) expect(await response.text()).toContain('ORIGIN_NOT_ALLOWED');
});

test('pages of an allowed origin may read, refusals too; others get no permission', async () => {
  const keyed = createApi({ store, status, callerOf, readableOrigins: () => ['https://app.example'] });
  const ask = (origin: string, init: RequestInit = {}) =>
    keyed.request('/v1/runs', { ...init, headers: { origin, ...(init.headers as Record<string, string>) } });
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } };
  const asked = await ask('https://app.example', preflight);
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.example']);
  expect(asked.headers.get('access-control-allow-headers')).toBe('Authorization,X-API-Key,Content-Type');
  const refused = await ask('https://app.example');
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://app.example']);
  expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  expect((await ask('https://evil.example', preflight)).headers.get('access-control-allow-origin')).toBeNull();
  const none = await createApi({ store, status }).request('/v1/runs', { headers: { origin: 'https://app.example' } });
  expect([none.status, none.headers.get('access-control-allow-origin')]).toEqual([200, null]);
});
