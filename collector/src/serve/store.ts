import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { EngineError, ensureError } from '../errors.ts';
import { render, type Sql } from './sql.ts';

/** A row as JSON: column names are the names on the wire. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs a query for one tenant and gives its rows. */
export type Read = <T = Row>(query: Sql) => Promise<T[]>;

/** The one place where the API's SQL runs. */
export interface Store {
  /**
   * Gives the reading function of a tenant.
   * @param signal ends the query when the caller has gone
   */
  reader(tenant: string, signal?: AbortSignal): Read;
}

/** Bounds on each query. */
export interface StoreLimits {
  /** Longest time a query may take, seconds. Default 30. */
  readonly maxExecutionSeconds?: number;
  /** Most memory a query may take, bytes. Default 2 GiB. */
  readonly maxMemoryBytes?: number;
  /** Most rows an answer may have. Default 100,000. */
  readonly maxResultRows?: number;
}

/** Names of ClickHouse errors that say "too much at once" rather than "wrong". */
const LIMIT_ERRORS = new Set([
  'MEMORY_LIMIT_EXCEEDED',
  'QUERY_WAS_CANCELLED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_ROWS',
  'TOO_MANY_ROWS_OR_BYTES',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'TOO_SLOW',
]);

/** Reads through an official client, whose default database holds the views. */
export function createStore(client: ClickHouseClient, limits: StoreLimits = {}): Store {
  const settings: ClickHouseSettings = {
    // Reads and settings only, whatever the user of the client may do.
    readonly: '2',
    max_execution_time: limits.maxExecutionSeconds ?? 30,
    max_memory_usage: String(limits.maxMemoryBytes ?? 2 * 1024 ** 3),
    max_result_rows: String(limits.maxResultRows ?? 100_000),
    cancel_http_readonly_queries_on_client_close: 1,
    date_time_output_format: 'iso',
    // Numbers as JSON numbers; queries turn those into text that a JSON number can't hold.
    output_format_json_quote_64bit_integers: 0,
    output_format_json_quote_decimals: 0,
    output_format_json_quote_denormals: 0,
    prefer_column_name_to_alias: 1,
    // Filters on the sorting key are applied before the other columns are read; ClickHouse moves no others past FINAL.
    optimize_move_to_prewhere_if_final: 1,
  };
  return {
    reader: (tenant, signal) => async (query) => {
      const { text, parameters } = render(query, tenant);
      try {
        const result = await client.query({
          query: text,
          query_params: parameters,
          format: 'JSONEachRow',
          clickhouse_settings: settings,
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
        return await result.json();
      } catch (error) {
        throw explain(ensureError(error));
      }
    },
  };
}

/** ClickHouse codes of a server that did not reach another: a lost connection, a time-out, no connection at all. */
const CONNECTION_ERRORS: ReadonlySet<string> = new Set(['32', '209', '210', '279']);

/** A refused query is a bug and stays as it is; a lost connection or a bound is not. */
function explain(error: Error): Error {
  if (!(error instanceof ClickHouseError)) {
    return new EngineError('ENGINE_UNAVAILABLE', 'The engine does not answer; try again in a moment.', {
      cause: error,
    });
  }
  if (CONNECTION_ERRORS.has(error.code)) {
    return new EngineError(
      'SHARD_UNAVAILABLE',
      'A shard of the cluster does not answer, and what the others say would not be whole; try again in a moment.',
      { cause: error },
    );
  }
  if (!LIMIT_ERRORS.has(error.type ?? '')) return error;
  return new EngineError('QUERY_LIMIT_REACHED', 'The query took too much time or memory; ask for less at once.', {
    cause: error,
  });
}
