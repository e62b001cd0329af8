import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { OPTION_NAMES, variableOf } from '../../collector/src/options.ts';
import { composeUsers } from '../../compose/users.ts';

const folder = path.join(import.meta.dirname, '../../compose/cluster');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

const service = z.looseObject({ environment: z.record(z.string(), z.string()), volumes: z.array(z.string()) });
const compose = z
  .looseObject({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));
const named = (start: string): [string, z.infer<typeof service>][] =>
  Object.entries(compose.services).filter(([name]) => name.startsWith(start));

test('every path that a service mounts is there, and every volume is declared', () => {
  for (const [name, { volumes }] of Object.entries(compose.services)) {
    for (const volume of volumes) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(path.join(folder, from)), `${name}: ${volume}`).toBe(true);
      else expect(Object.keys(compose.volumes), `${name}: ${volume}`).toContain(from);
    }
  }
});

test('the servers of the file are those of remote_servers, each with its macros', () => {
  const hosts = [...read('cluster.xml').matchAll(/<host>(clickhouse-[^<]+)<\/host>/g)].map(([, host]) => host);
  expect(named('clickhouse-').map(([name]) => name)).toEqual(hosts);
  for (const [name, { environment }] of named('clickhouse-')) {
    const { SPANLEDGER_HOST: host, SPANLEDGER_SHARD: shard, SPANLEDGER_REPLICA: replica } = environment;
    expect([host, `clickhouse-${shard}-${replica}`]).toEqual([name, name]);
  }
});

test('every variable that a configuration takes from its environment is given', () => {
  const wanted = (file: string): string[] => [...read(file).matchAll(/from_env="(\w+)"/g)].map(([, name = '']) => name);
  for (const [, { environment }] of named('clickhouse-')) {
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining([...wanted('cluster.xml'), ...wanted('users.xml')]),
    );
  }
  for (const [, { environment }] of named('keeper-')) {
    expect(Object.keys(environment)).toEqual(wanted('keeper.xml'));
  }
});

test('each collector knows all servers and works with a shard of its own', () => {
  const known = new Set([...OPTION_NAMES.map(variableOf), 'SPANLEDGER_KEYS']);
  const own = named('collector-').map(([, { environment }]) => {
    for (const name of Object.keys(environment)) expect(known).toContain(name);
    const urls = (environment['SPANLEDGER_CLUSTER_URLS'] ?? '').split(',').map((url) => url.trim());
    expect(urls.map((url) => /@([^:]+):/.exec(url)?.[1])).toEqual(named('clickhouse-').map(([name]) => name));
    expect(urls).toContain(environment['SPANLEDGER_CLICKHOUSE_URL']);
    return environment['SPANLEDGER_CLICKHOUSE_URL'];
  });
  expect(new Set(own).size).toBe(2);
});

test('its users are current (npm run compose:users), and row policies guard the stored tables too', () => {
  expect(read('users.xml')).toBe(composeUsers(true));
  expect(read('users.xml')).toContain('<span_rows_local>');
});
