import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { namedUser, type UsersInput, usersConfiguration } from './server-users.ts';
import { type XmlValue, xmlElement } from './xml.ts';

/** What the embedded server's configuration files are made from. */
export interface ServerConfigInput extends UsersInput {
  /** Absolute directory of the engine: `config.xml`, `users.xml`, `data/` and `log/` are below it. */
  readonly directory: string;
  readonly httpPort: number;
  /** Null leaves the native protocol out. */
  readonly tcpPort: number | null;
}

const mebibyte = 1_048_576;

const loopbackHost = 'regex:(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d+)?';

/**
 * Any web page may post to a port on loopback: what has an `Origin` header comes from a browser, and another `Host` than loopback means
 * that a foreign name was pointed here. Both are refused. Where the operator has a password, requests that name neither the operator
 * nor a reader by a header are refused too, so that nobody is `default`, who could read files (see `usersConfiguration`). The first rule that fits is used.
 */
function httpHandlers(isKeyed: boolean): XmlValue {
  const host = { Host: loopbackHost };
  const handler = { type: 'dynamic_query_handler', query_param_name: 'query' };
  return {
    rule: [
      {
        headers: { Origin: 'regex:.+' },
        handler: { type: 'static', status: 403, response_content: 'Requests of web pages are refused.' },
      },
      { headers: host, url: '/ping', handler: { type: 'static', status: 200, response_content: 'Ok.' } },
      { headers: isKeyed ? { ...host, ...namedUser } : host, handler },
    ],
  };
}

/** Gives the default memory cap: half of what this machine (or container) has, at most 4 GiB; in bytes. */
export function defaultMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  const machine = constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
  return Math.min(4_096 * mebibyte, Math.floor(machine / 2));
}

/**
 * Writes `config.xml` and `users.xml` for an idle footprint that suits a laptop; both are readable by this user only.
 * @returns absolute paths: of `config.xml`, of the data, and of the file for what the server prints
 */
export async function writeServerConfig(
  input: ServerConfigInput,
): Promise<{ config: string; data: string; stderr: string }> {
  const isKeyed = input.operatorPasswordSha256 !== undefined;
  const data = path.join(input.directory, 'data');
  const log = path.join(input.directory, 'log');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await mkdir(log, { recursive: true, mode: 0o700 });
  const usersFile = path.join(input.directory, 'users.xml');
  await writeFile(usersFile, xmlElement('clickhouse', usersConfiguration(input)), { mode: 0o600 });
  const configFile = path.join(input.directory, 'config.xml');
  const configuration = xmlElement('clickhouse', {
    path: `${data}/`,
    tmp_path: `${data}/tmp/`,
    users_config: usersFile,
    listen_host: '127.0.0.1',
    http_port: input.httpPort,
    ...(input.tcpPort === null ? {} : { tcp_port: input.tcpPort }),
    'log-level': 'warning',
    logger: { log: path.join(log, 'server.log'), size: '10M', count: 2 },
    http_handlers: httpHandlers(isKeyed),
    max_server_memory_usage: input.memoryBytes,
    // No query_log, part_log, trace_log and so on: clickhouse-local keeps none unless its section is in this file.
    mark_cache_size: 64 * mebibyte,
    index_mark_cache_size: 16 * mebibyte,
    uncompressed_cache_size: 0,
    background_pool_size: 2,
    background_common_pool_size: 2,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_schedule_pool_size: 8,
    // With so small a pool the default ratio holds tasks back and writes a warning a second.
    background_schedule_pool_max_parallel_tasks_per_type_ratio: 1,
  });
  await writeFile(configFile, configuration, { mode: 0o600 });
  return { config: configFile, data, stderr: path.join(log, 'stderr.log') };
}
