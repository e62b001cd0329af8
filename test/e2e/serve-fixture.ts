import path from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { everybody } from '../../collector/src/keys/caller.ts';
import { type ApiOptions, createApi } from '../../collector/src/serve/app.ts';
import { createStore } from '../../collector/src/serve/store.ts';
import { SlaTargetTable } from '../../collector/src/sla/target-table.ts';
import { startTestEngine } from '../engine-fixture.ts';

/** Milliseconds since 1970 at which the tests' records begin: 21 June 2026. */
export const START = 1_782_000_000_000;

/** A record for the ledger's door; times are milliseconds after `START`. */
export interface TestRecord {
  readonly tenant?: string;
  readonly signal?: 'span' | 'log';
  readonly runId: string;
  /** 32 hex digits. Default: one of the run's own. */
  readonly traceId?: string;
  /** 16 hex digits. Default: a new one. */
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly start?: number;
  readonly end?: number;
  /** What the dialect table found: columns without `t_`. */
  readonly found?: Readonly<Record<string, string>>;
  readonly content?: readonly { readonly digest: string; readonly text: string }[];
}

/** The API over an engine of its own. */
export interface ServeFixture {
  readonly api: ReturnType<typeof createApi>;
  readonly engine: Engine;
  /** Client of the engine, for what the API does not do. */
  readonly client: ClickHouseClient;
  readonly status: ApiOptions['status'];
  /** Errors that were answered with 500. */
  readonly errors: Error[];
  /** Appends records; their cursors go up by one. */
  ingest(...records: TestRecord[]): Promise<void>;
  /** Writes the row of a run as the settling pass would. */
  settle(runId: string, columns?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Sends a JSON body to the API. */
  send(method: string, url: string, body?: unknown, tenant?: string): Promise<{ status: number; body: Body }>;
  /** Asks the API as a tenant, by default `default`. */
  get(url: string, tenant?: string): Promise<{ status: number; body: Body; headers: Headers }>;
  stop(): Promise<void>;
}

/** A JSON answer, looked into by tests. */
// biome-ignore lint/suspicious/noExplicitAny: tests compare what is inside.
type Body = any;

/** Quotes a text for SQL. */
const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const nanoseconds = (milliseconds: number): string => String(BigInt(Math.round((START + milliseconds) * 1000)) * 1000n);

/** A trace id made from a run id, so that a run has a trace of its own. */
export const traceOf = (runId: string): string => Buffer.from(runId).toString('hex').padEnd(32, '0').slice(0, 32);

function rowOf(record: TestRecord, cursor: number): Record<string, string> {
  const { start = 0 } = record;
  const texts = Object.entries(record.found ?? {}).map(([key, text]) => [`t_${key}`, quote(text)]);
  return {
    canon_version: '1',
    origin: '1',
    cursor: String(cursor),
    received_at: nanoseconds(60_000),
    tenant: quote(record.tenant ?? 'default'),
    signal: record.signal === 'log' ? '2' : '1',
    trace_id: `unhex('${record.traceId ?? traceOf(record.runId)}')`,
    span_id: `unhex('${record.spanId ?? cursor.toString(16).padStart(16, '0')}')`,
    parent_span_id: `unhex('${record.parentSpanId ?? '0'.repeat(16)}')`,
    name: quote(record.name ?? 'step'),
    start_time_unix_nano: nanoseconds(start),
    end_time_unix_nano: nanoseconds(record.end ?? start),
    t_run_id: quote(record.runId),
    ...Object.fromEntries(texts),
  };
}

/** Starts an engine with the schema, and the API over it; the tenant is the request's `x-tenant`. */
export async function startServe(): Promise<ServeFixture> {
  const { engine, stop } = await startTestEngine();
  await migrate(engine, { directory: path.join(import.meta.dirname, '../../collector/sql') });
  const errors: Error[] = [];
  const status: ApiOptions['status'] = () => ({
    origin: 1,
    watermark: '18446744073709551615',
    projected: '18446744073709551615',
    settled: '5',
    refusing: null,
    engine: { kind: engine.kind, version: engine.version, state: engine.state },
  });
  const api = createApi({
    store: createStore(engine.client),
    slaTargets: new SlaTargetTable(engine),
    callerOf: (headers) => everybody(String(headers['x-tenant'] ?? 'default')),
    status,
    onError: (error) => errors.push(error),
  });
  let cursor = 0;
  return {
    api,
    engine,
    client: engine.client,
    status,
    errors,
    stop,
    ingest: async (...records) => {
      for (const record of records) {
        cursor += 1;
        const row = rowOf(record, cursor);
        const query = `INSERT INTO ingest (${Object.keys(row).join()}) VALUES (${Object.values(row).join()})`;
        await engine.client.command({ query });
        for (const { digest, text } of record.content ?? []) {
          const cells = [row['tenant'], `unhex('${digest}')`, "'s'", quote(text), 'today()'];
          await engine.client.command({ query: `INSERT INTO content VALUES (${cells.join()})` });
        }
      }
    },
    settle: async (runId, columns = {}) => {
      const time = '2026-06-21 00:00:00.000';
      const row = { tenant: 'default', run_id: runId, version: Date.now(), start_time: time, end_time: time };
      const received = { last_received_at: new Date().toISOString().replace('T', ' ').replace('Z', '') };
      // A run's traces come from what was ingested unless the test says otherwise.
      const tenant = String(columns['tenant'] ?? 'default');
      await engine.client.insert({
        table: 'run_rows',
        values: [{ ...row, ...received, ...columns }],
        format: 'JSONEachRow',
      });
      await engine.client.command({
        query: `INSERT INTO run_rows SELECT * REPLACE (version + 1 AS version,
            (SELECT groupUniqArray(trace_id) FROM run_traces WHERE tenant = {tenant:String} AND run_id = {runId:String}) AS trace_ids)
          FROM run_rows FINAL WHERE tenant = {tenant:String} AND run_id = {runId:String}`,
        query_params: { tenant, runId },
      });
    },
    send: async (method, url, body, tenant = 'default') => {
      const headers = { 'x-tenant': tenant, 'content-type': 'application/json' };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await api.request(url, { method, headers, ...(text === undefined ? {} : { body: text }) });
      return { status: response.status, body: await response.json() };
    },
    get: async (url, tenant = 'default') => {
      const response = await api.request(url, { headers: { 'x-tenant': tenant } });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
  };
}

/** What a governed step that went through says. */
export function committed(
  stepId: string,
  nodeId: string,
  more: Readonly<Record<string, string>> = {},
): TestRecord['found'] & object {
  return { step_id: stepId, node_id: nodeId, verdict: 'commit', status: 'completed', ...more };
}

/** What a step that policy blocked says. */
export function blocked(
  stepId: string,
  nodeId: string,
  more: Readonly<Record<string, string>> = {},
): TestRecord['found'] & object {
  return {
    step_id: stepId,
    node_id: nodeId,
    verdict: 'reject',
    status: 'blocked',
    block_check: 'policy',
    block_reason: 'may not publish',
    block_rule: 'no-publish',
    checks_name: '["identity","policy"]',
    checks_outcome: '["pass","deny"]',
    checks_reason: '["","policy:denied"]',
    checks_duration_us: '[1.5,2]',
    ...more,
  };
}
