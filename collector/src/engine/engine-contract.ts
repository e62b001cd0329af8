import type { ClickHouseClient } from '@clickhouse/client';
import type { ClusterShape } from './cluster-sql.ts';

/** `starting` until the first answer, `ready` while it answers, `down` between a loss and the next answer, `stopped` for good after `stop()`. */
export type EngineState = 'starting' | 'ready' | 'down' | 'stopped';

/** Where the engine reports what it does; the collector passes its logger in. */
export type EngineLog = (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void;

/** Takes part in no logging; the default of every `log` option. */
export const silentLog: EngineLog = () => {};

/** A ClickHouse server the collector may use: its own embedded one, or one named by URL. Both are reached over HTTP. */
export interface Engine {
  readonly kind: 'embedded' | 'remote';
  /** HTTP URL without credentials, path or parameters, for example `http://127.0.0.1:8123`. */
  readonly url: string;
  /** Port of the native protocol on loopback; `null` for a remote server, and where the operator has a password. */
  readonly tcpPort: number | null;
  /** Database of the ledger; exists once the engine is open. Default `spanledger`. */
  readonly database: string;
  /** Version as ClickHouse prints it, for example `26.7.2.1`. */
  readonly version: string;
  /** Client of the operator user with `database` as its default database. */
  readonly client: ClickHouseClient;
  /** Times the embedded engine was started again after a crash; 0 for a remote server. */
  readonly restarts: number;
  readonly state: EngineState;
  /** The cluster that the server is part of; `null` for a single server. */
  readonly cluster: ClusterShape | null;
  /** All servers; the engine alone where there is no cluster. Locks are made on the first. */
  readonly servers: readonly Engine[];
  /** One server of each shard, one that answers if any does, for what must be asked of or done to stored rows shard by shard; the engine alone where there is no cluster. */
  readonly shards: readonly Engine[];
  /** Calls `listener` at every change of `state`; the returned function ends that. */
  onState(listener: (state: EngineState) => void): () => void;
  /**
   * Sends `body` as the data of an `INSERT ... FORMAT ...` query. Resolves when the server has answered that all of it is written.
   * @param body the bytes as they are to be sent; several chunks are written in order, none is copied
   * @param settings ClickHouse settings of this query
   * @throws {InsertError} `INSERT_REFUSED` or `INSERT_CONNECTION`; its `outcome` says whether rows may have been written
   */
  insert(
    query: string,
    body: Uint8Array | readonly Uint8Array[],
    settings?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Ends the engine (embedded) or the connections to it (remote). Never throws; a second call waits for the first. */
  stop(): Promise<void>;
}
