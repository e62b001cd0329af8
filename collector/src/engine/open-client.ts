import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { credentialHeaders, type HttpTarget } from './http-connection.ts';

/**
 * Opens a client of the official package for this server, with `database` as its default and no log of its own.
 * @param settings ClickHouse settings of every query
 */
export function openClient(
  target: HttpTarget,
  database: string,
  settings: Readonly<Record<string, string>> = {},
): ClickHouseClient {
  return createClient({
    url: target.url.origin,
    ...(target.url.pathname === '/' ? {} : { pathname: target.url.pathname }),
    username: target.user,
    password: target.password,
    ...(target.ownHeaders === true ? { set_basic_auth_header: false, http_headers: credentialHeaders(target) } : {}),
    database,
    application: 'spanledger',
    clickhouse_settings: settings,
    max_open_connections: 16,
    request_timeout: 120_000,
    compression: { request: false, response: false },
    // Shorter than the server's own limit, so that a request never meets a socket that is being closed.
    keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
    log: { level: 127 },
  });
}
