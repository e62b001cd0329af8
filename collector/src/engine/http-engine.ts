import type { ClickHouseClient } from '@clickhouse/client';
import type { ClusterShape } from './cluster-sql.ts';
import type { EngineState } from './engine-contract.ts';
import type { HttpConnection, HttpTarget } from './http-connection.ts';
import { insertOver } from './insert.ts';
import { openClient } from './open-client.ts';
import type { StateHolder } from './state-holder.ts';

/** What an `HttpEngine` is made of. */
export interface HttpEngineParts {
  readonly target: HttpTarget;
  readonly connection: HttpConnection;
  readonly database: string;
  readonly stateHolder: StateHolder;
  /** Limit for an insert, in milliseconds. Default 60,000. */
  readonly insertTimeoutMs: number | undefined;
  readonly cluster?: ClusterShape | undefined;
  /** ClickHouse settings of every query. Default: none. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** What the embedded and the remote engine have in common: both are used over HTTP. */
export abstract class HttpEngine {
  readonly url: string;
  readonly database: string;
  readonly client: ClickHouseClient;
  readonly cluster: ClusterShape | null;
  readonly #parts: HttpEngineParts;

  constructor(parts: HttpEngineParts) {
    this.url = parts.target.url.origin;
    this.database = parts.database;
    this.client = openClient(parts.target, parts.database, parts.settings);
    this.cluster = parts.cluster ?? null;
    this.#parts = parts;
  }

  get state(): EngineState {
    return this.#parts.stateHolder.state;
  }

  onState(listener: (state: EngineState) => void): () => void {
    return this.#parts.stateHolder.onState(listener);
  }

  insert(
    query: string,
    body: Uint8Array | readonly Uint8Array[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    return insertOver(this.#parts.connection, {
      database: this.database,
      query,
      chunks: body instanceof Uint8Array ? [body] : body,
      settings: { ...this.#parts.settings, ...settings },
      timeoutMs: this.#parts.insertTimeoutMs ?? 60_000,
    });
  }

  /** Closes the sockets of inserts and of the client. */
  protected async closeConnections(): Promise<void> {
    this.#parts.connection.close();
    await this.client.close();
  }
}
