import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { BOARDS, DATA_SOURCE_TYPE, DATA_SOURCE_UID } from '../../dashboards/grafana/src/names.ts';
import { boards } from '../e2e/grafana-boards.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const seconds = z.string().regex(/^\d+s$/);
const service = z.strictObject({
  image: z
    .string()
    .regex(/^[a-z/-]+:\d+(\.\d+)+$/, 'must be pinned')
    .optional(),
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.string() }).optional(),
  environment: z.record(z.string().regex(/^[A-Z_]+$/), z.string()),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  ulimits: z.strictObject({ nofile: z.strictObject({ soft: z.number(), hard: z.number() }) }).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: seconds, timeout: seconds, retries: z.number() })
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  init: z.boolean().optional(),
  restart: z.literal('unless-stopped'),
});
const compose = z
  .strictObject({
    name: z.string(),
    services: z.strictObject({ clickhouse: service, collector: service, grafana: service }),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(read('docker-compose.yml')));
const { clickhouse, collector, grafana } = compose.services;
const services = Object.entries(compose.services);

test('every path that a service mounts or builds from is there, and read-only', () => {
  for (const [name, { volumes, build }] of services) {
    for (const volume of volumes) {
      const [from = '', to = '', mode] = volume.split(':');
      expect(to, volume).toMatch(/^\//);
      if (from.startsWith('./')) {
        expect(existsSync(path.join(root, from)), volume).toBe(true);
        expect(mode, volume).toBe('ro');
      } else expect(Object.keys(compose.volumes), `${name}: ${volume}`).toContain(from);
    }
    if (build !== undefined) expect(statSync(path.join(root, build.dockerfile)).isFile()).toBe(true);
  }
});

test('services wait for ClickHouse, which has a health check', () => {
  for (const { depends_on: needed } of [collector, grafana]) expect(Object.keys(needed ?? {})).toEqual(['clickhouse']);
  expect(clickhouse.healthcheck?.test).toContain('http://127.0.0.1:8123/ping');
});

test('no password or key stands in the file: each is asked for, and the start fails without it', () => {
  const secrets = services.flatMap(([, { environment }]) =>
    Object.entries(environment).filter(([name, value]) => /PASSWORD|KEYS|URL$/.test(name + value)),
  );
  expect(secrets.map(([name]) => name)).toEqual(
    expect.arrayContaining(['SPANLEDGER_KEYS', 'SPANLEDGER_READER_PASSWORD', 'GF_SECURITY_ADMIN_PASSWORD']),
  );
  for (const [name, value] of secrets) expect(value, name).toMatch(/\$\{[A-Z_]+:\?[^}]*\}/);
});

test('ports are published on loopback unless told otherwise, those of ClickHouse not at all', () => {
  expect(clickhouse.ports).toBeUndefined();
  for (const port of [...(collector.ports ?? []), ...(grafana.ports ?? [])]) {
    expect(port).toMatch(/^\$\{SPANLEDGER_BIND:-127\.0\.0\.1\}:(3000:3000|4317:4317|4318:4318)$/);
  }
});

test('Grafana is not open, and finds the plugin, the data source and the boards', () => {
  expect(grafana.environment).toMatchObject({
    GF_AUTH_ANONYMOUS_ENABLED: 'false',
    GF_USERS_ALLOW_SIGN_UP: 'false',
    GF_PLUGINS_PREINSTALL_SYNC: expect.stringMatching(new RegExp(`^${DATA_SOURCE_TYPE}@\\d+\\.\\d+\\.\\d+$`)),
  });
  const pinned = String(grafana.environment['GF_PLUGINS_PREINSTALL_SYNC']).split('@')[1];
  const versions = boards.flatMap(([, { panels }]) => panels.flatMap(({ targets = [] }) => targets));
  expect(new Set(versions.map(({ pluginVersion }) => pluginVersion))).toEqual(new Set([pinned]));

  const sources = parse(read('dashboards/grafana/provisioning/datasources/spanledger.yaml'));
  expect(sources).toMatchObject({
    apiVersion: 1,
    datasources: [
      {
        uid: DATA_SOURCE_UID,
        type: DATA_SOURCE_TYPE,
        jsonData: { protocol: 'http', port: 8123, username: 'reader', defaultDatabase: 'spanledger' },
      },
    ],
  });
  // What the file takes from the environment is given.
  const asked = [...JSON.stringify(sources).matchAll(/\$([A-Z_]+)/g)].map(([, name]) => name);
  expect(asked.sort()).toEqual(['SPANLEDGER_CLICKHOUSE_HOST', 'SPANLEDGER_READER_PASSWORD']);
  expect(Object.keys(grafana.environment)).toEqual(expect.arrayContaining(asked));

  const mounts = new Map(grafana.volumes.map((volume) => volume.split(':').slice(0, 2).reverse() as [string, string]));
  const [{ options } = { options: { path: '' } }] = parse(
    read('dashboards/grafana/provisioning/dashboards/spanledger.yaml'),
  ).providers;
  expect(mounts.get(options.path)).toBe('./dashboards/grafana/dashboards');
  const home = String(grafana.environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']);
  expect(JSON.parse(read(`dashboards/grafana/dashboards/${path.basename(home)}`)).uid).toBe(BOARDS.fleet);
  expect(path.dirname(home)).toBe(options.path);
});
