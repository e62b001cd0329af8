import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeKey } from '../../collector/src/keys/key-text.ts';
import { addKey, revokeKey } from '../../collector/src/keys/manage-keys.ts';
import { addReader, readerName } from '../../collector/src/keys/manage-readers.ts';
import { SCOPES, type Scope } from '../../collector/src/keys/scope.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { rollUp } from '../rolled-up.ts';
import { sendRecords } from './tenant-records.ts';

/** The tenants of the tests. Both use the same run, trace, span, step and event ids. */
export const TENANTS = ['alpha', 'beta'] as const;

/** One of them. */
export type Tenant = (typeof TENANTS)[number];

/** Stands in every text of a tenant that the tests send. */
export const markOf = (tenant: Tenant): string => `${tenant}mark`;

/** A word that no answer to the tenant may hold. */
export const foreignMark = (tenant: Tenant): string => markOf(tenant === 'alpha' ? 'beta' : 'alpha');

/** Keys by what they are: `alpha:read`, `beta:all`, `revoked`, `expired`, `unknown`, `malformed`. */
export type Keys = Readonly<Record<string, string>>;

/** A SQL user. */
export interface SqlUser {
  readonly name: string;
  readonly password: string;
  readonly tenant: Tenant;
  readonly seesContent: boolean;
}

/** A collector with keys and SQL users of two tenants, and records of both. */
export interface TenantFixture {
  readonly collector: Collector;
  readonly keys: Keys;
  readonly users: readonly SqlUser[];
  /** Sends a request with a key by its name; `none` sends none. */
  ask(key: string, route: string, init?: RequestInit): Promise<Response>;
  /** Sends a query to ClickHouse over HTTP. */
  sql(user: { name: string; password: string }, query: string, settings?: string): Promise<SqlAnswer>;
  stop(): Promise<void>;
}

/** What ClickHouse answered. */
export interface SqlAnswer {
  readonly status: number;
  readonly text: string;
}

/** Starts it; the clock of the records is the present, so that runs are neither idle nor old. */
export async function startTenants(): Promise<TenantFixture> {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-tenants-'));
  const file = path.join(dataDirectory, 'keys.json');
  const keys = await makeKeys(file);
  const users = await makeUsers(file);
  const collector = await startCollector({ data_dir: dataDirectory, embedded_readers: 'trusted' });
  const ask: TenantFixture['ask'] = (key, route, init = {}) => {
    const text = keys[key];
    const headers = { ...(init.headers as Record<string, string>), ...(text && { authorization: `Bearer ${text}` }) };
    return fetch(`${collector.url}${route}`, { ...init, headers });
  };
  const json = { 'content-type': 'application/json' };
  for (const tenant of TENANTS) {
    await sendRecords(tenant, markOf(tenant), (signal, body) =>
      ask(`${tenant}:ingest`, `/v1/${signal}`, { method: 'POST', body, headers: json }),
    );
    for (const id of ['shared-target', `${tenant}-target`]) {
      const body = JSON.stringify({ agent_name: `${markOf(tenant)}-agent`, window_seconds: 3600, p95_ms: 100 });
      const answer = await ask(`${tenant}:admin`, `/v1/sla/targets/${id}`, { method: 'PUT', body, headers: json });
      if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${await answer.text()}`);
    }
  }
  await collector.settled();
  await rollUp(collector.engine);
  return {
    collector,
    keys,
    users,
    ask,
    sql: async ({ name, password }, query, settings = '') => {
      const response = await fetch(`${collector.engine.url}/?database=spanledger&wait_end_of_query=1&${settings}`, {
        method: 'POST',
        body: query,
        headers: { 'x-clickhouse-user': name, 'x-clickhouse-key': password },
      });
      return { status: response.status, text: (await response.text()).trim() };
    },
    stop: async () => {
      await collector.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function makeKeys(file: string): Promise<Keys> {
  const make = async (tenant: string, scopes: readonly Scope[], expires: string | null = null) =>
    addKey(file, { tenant, scopes, name: '', expires });
  const keys: Record<string, string> = {};
  for (const tenant of TENANTS) {
    for (const scope of SCOPES) keys[`${tenant}:${scope}`] = (await make(tenant, [scope])).text;
    keys[`${tenant}:all`] = (await make(tenant, SCOPES)).text;
  }
  const revoked = await make('alpha', SCOPES);
  await revokeKey(file, revoked.record.id);
  const expired = await make('alpha', SCOPES, new Date(Date.now() - 1_000).toISOString());
  const known = keys['alpha:all']?.split('_')[1];
  return {
    ...keys,
    revoked: revoked.text,
    expired: expired.text,
    unknown: makeKey().text,
    wrong: `slk_${known}_${makeKey().secret}`,
    malformed: 'secret',
  };
}

async function makeUsers(file: string): Promise<SqlUser[]> {
  const users: SqlUser[] = [];
  for (const tenant of TENANTS) {
    for (const seesContent of [false, true]) {
      const name = `${readerName(tenant)}${seesContent ? '_audit' : ''}`;
      const scopes = seesContent ? (['read', 'audit'] as const) : (['read'] as const);
      users.push({ name, tenant, seesContent, password: (await addReader(file, { name, tenant, scopes })).password });
    }
  }
  return users;
}

/** Reads the password of the operator of a collector with keys. */
export async function operatorOf(collector: Collector): Promise<{ name: string; password: string }> {
  return {
    name: 'operator',
    password: await readFile(path.join(collector.dataDirectory, 'operator.password'), 'utf8'),
  };
}
