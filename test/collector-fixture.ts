import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { startCollector as start } from '../collector/src/collector.ts';
import { readConfig } from '../collector/src/config.ts';
import type { Engine } from '../collector/src/engine/engine-contract.ts';

/** A whole collector of a test's own, on free ports, in a fresh temporary directory. */
export interface Collector {
  readonly url: string;
  readonly grpcPort: number;
  readonly engine: Engine;
  readonly dataDirectory: string;
  /** Rows of a query, as the operator; 64-bit integers come as strings. */
  query<T>(sql: string, parameters?: Record<string, unknown>): Promise<T[]>;
  /** Waits until all that is acknowledged now stands settled in the views. */
  settled(): Promise<void>;
  /** Answer of the API as JSON. */
  get<T>(route: string): Promise<T>;
  /** Posts an OTLP body. */
  post(signal: 'traces' | 'logs', body: Uint8Array | string): Promise<Response>;
  /** Stops; keeps the data where `keep` is true. */
  stop(keep?: boolean): Promise<void>;
}

/** Starts a collector; `flags` win over the free ports and the fresh directory; `environment` may hold keys. */
export async function startCollector(
  flags: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<Collector> {
  const dataDirectory = flags['data_dir'] ?? (await mkdtemp(path.join(os.tmpdir(), 'spanledger-')));
  const options = readConfig({
    flags: {
      port: '0',
      grpc_port: '0',
      clickhouse_http_port: '0',
      clickhouse_tcp_port: '0',
      ...flags,
      data_dir: dataDirectory,
    },
    environment,
  });
  const collector = await start(options, { log: pino({ level: 'warn' }) });
  const { engine, url } = collector;
  return {
    url,
    grpcPort: collector.grpcPort ?? 0,
    engine,
    dataDirectory,
    query: async <T>(sql: string, parameters: Record<string, unknown> = {}) => {
      const result = await engine.client.query({
        query: sql,
        query_params: parameters,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
      });
      return result.json<T>();
    },
    settled: () => collector.settled(),
    get: async <T>(route: string) => (await (await fetch(`${url}${route}`)).json()) as T,
    post: (signal, body) =>
      fetch(`${url}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': typeof body === 'string' ? 'application/json' : 'application/x-protobuf' },
        body: body as NonNullable<RequestInit['body']>,
      }),
    stop: async (keep = false) => {
      await collector.stop();
      if (!keep) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
