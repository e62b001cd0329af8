import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../collector/src/config.ts';
import type { KeyRing } from '../../collector/src/keys/key-ring.ts';
import { openKeys, requireKeysBeyondLoopback } from '../../collector/src/keys/open-keys.ts';
import type { Options } from '../../collector/src/options.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-config-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Given = Readonly<Record<string, string>>;

async function configFile(content: string): Promise<string> {
  const file = path.join(directory, `${crypto.randomUUID()}.yaml`);
  await writeFile(file, content);
  return file;
}

const read = (flags: Given, environment: Given = {}, file?: string): Options =>
  readConfig({ flags, environment, file });

/** The error's code and message. */
function refusal(flags: Given, environment: Given = {}, file?: string): string {
  try {
    return `accepted ${JSON.stringify(read(flags, environment, file))}`;
  } catch (thrown) {
    const { code, message } = thrown as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

test('defaults hold where nothing is said', () => {
  expect(read({})).toEqual({
    data_dir: path.resolve('.spanledger'),
    host: '127.0.0.1',
    port: 4318,
    grpc_port: 4317,
    clickhouse_http_port: 8123,
    clickhouse_tcp_port: 9000,
    cluster_urls: [],
    tenant: 'default',
    keys_file: path.resolve('.spanledger/keys.json'),
    embedded_readers: 'off',
    keys: [],
    max_body_bytes: 67_108_864,
    max_in_flight_bytes: 268_435_456,
    min_free_bytes: 536_870_912,
    run_idle_seconds: 900,
    retention_days: 183,
    allowed_origins: [],
    allowed_hosts: [],
    log_level: 'info',
  });
  expect(Object.isFrozen(read({}))).toBe(true);
});

test('a flag wins over the environment, the environment over the file, the file over the default', async () => {
  const file = await configFile('port: 1111\ngrpc_port: 1112\nclickhouse_http_port: 1113\ntenant: file\n');
  const environment = { SPANLEDGER_PORT: '2221', SPANLEDGER_GRPC_PORT: '2222' };
  expect(read({ port: '3331' }, environment, file)).toMatchObject({
    port: 3331,
    grpc_port: 2222,
    clickhouse_http_port: 1113,
    clickhouse_tcp_port: 9000,
    tenant: 'file',
  });
});

test('the environment may name the file; a flag for it wins; an empty variable says nothing', async () => {
  const [one, other] = [await configFile('port: 1'), await configFile('port: 2')];
  expect(read({}, { SPANLEDGER_CONFIG: one }).port).toBe(1);
  expect(read({}, { SPANLEDGER_CONFIG: one }, other).port).toBe(2);
  expect(read({}, { SPANLEDGER_PORT: '' }, other).port).toBe(2);
});

test('values take their types from text and from YAML alike', async () => {
  const file = await configFile('port: 0\nmax_body_bytes: "2048"\nallowed_origins: [https://a, https://b]\n');
  expect(read({}, {}, file)).toMatchObject({
    port: 0,
    max_body_bytes: 2048,
    allowed_origins: ['https://a', 'https://b'],
  });
  expect(read({ allowed_origins: 'https://a, https://b' }).allowed_origins).toEqual(['https://a', 'https://b']);
  expect(read({ data_dir: 'some/where' }).data_dir).toBe(path.resolve('some/where'));
});

test('an empty file says nothing', async () => {
  expect(read({}, {}, await configFile('# nothing\n')).port).toBe(4318);
});

test.each(['', ' ', '-1', '65536', '1e3', '0x10', '80.5', '4318x', 'Infinity'])('port %j is refused', (port) => {
  expect(refusal({ port })).toBe('CONFIG_INVALID: --port: must be a whole number from 0 to 65535');
});

test.each(['', 'true', '[]', '80.5', '"80 "', '99999999999999999999'])('port %s of a file is refused', async (port) => {
  const file = await configFile(`port: ${port}`);
  expect(refusal({}, {}, file)).toBe(`CONFIG_INVALID: port in ${file}: must be a whole number from 0 to 65535`);
});

test('each bad value is named with where it came from', async () => {
  const file = await configFile('log_level: loud\nhost: ""\nallowed_origins: 5\nmax_body_bytes: 1000\n');
  const said = refusal(
    { port: 'x', tenant: 'a b', clickhouse_memory: '17' },
    { SPANLEDGER_PORT: '1', SPANLEDGER_RUN_IDLE_SECONDS: '0' },
    file,
  );
  const lines = said.replace('CONFIG_INVALID: ', '').split('\n');
  expect(lines.map((line) => line.slice(0, line.indexOf(': '))).sort()).toEqual(
    [
      '--port',
      '--tenant',
      '--clickhouse-memory',
      'SPANLEDGER_RUN_IDLE_SECONDS',
      `log_level in ${file}`,
      `host in ${file}`,
      `allowed_origins in ${file}`,
      `max_body_bytes in ${file}`,
    ].sort(),
  );
  expect(lines).toContain('--tenant: letters, digits, _ . - only, at most 100');
  expect(lines).toContain('SPANLEDGER_RUN_IDLE_SECONDS: must be a whole number of at least 1');
});

test('an unknown option in the file is refused, and the known ones are listed', async () => {
  const file = await configFile('prot: 4318\n');
  expect(refusal({}, {}, file)).toMatch(
    new RegExp(`^CONFIG_INVALID: unknown option prot in ${file}; the options are data_dir, host, port, `),
  );
});

test.each([
  ['- port', 'it must hold options by name'],
  ['just text', 'it must hold options by name'],
  ['port: [', 'Flow sequence'],
])('a file that holds %j is refused', async (content, reason) => {
  const file = await configFile(content);
  const said = refusal({}, {}, file);
  expect(said).toContain(`CONFIG_FILE_UNREADABLE: the configuration file ${file} can't be read: `);
  expect(said).toContain(reason);
});

test('a file that is not there is named', () => {
  const file = path.join(directory, 'missing.yaml');
  expect(refusal({}, {}, file)).toMatch(/^CONFIG_FILE_UNREADABLE: .*missing\.yaml.*ENOENT/);
});

/** A ring with or without a key. */
async function ring(keys: string): Promise<KeyRing> {
  const options = read({ data_dir: '/nowhere/data' }, { SPANLEDGER_KEYS: keys });
  return openKeys(options, pino({ level: 'silent' }));
}
const someKey = `abcd:${'ab'.repeat(32)}:acme:ingest`;

test('keys come from the environment and from a file that an option names', () => {
  expect(read({ data_dir: '/data' }).keys_file).toBe('/data/keys.json');
  expect(read({ data_dir: '/data', keys_file: '/run/secrets/keys' }).keys_file).toBe('/run/secrets/keys');
  expect(read({}).keys).toEqual([]);
  expect(read({}, { SPANLEDGER_KEYS: someKey }).keys).toMatchObject([{ id: 'abcd', tenant: 'acme' }]);
  expect(refusal({}, { SPANLEDGER_KEYS: 'abcd' })).toMatch(/^KEYS_INVALID: SPANLEDGER_KEYS: entry 1 must read/);
});

test.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('host %s is loopback', async (host) => {
  const keys = await ring('');
  expect(() => requireKeysBeyondLoopback(keys, host, 'keys.json')).not.toThrow();
});

test.each([
  '0.0.0.0',
  '::',
  '0',
  '10.0.0.1',
  '192.168.1.5',
  '::ffff:0.0.0.0',
  '::ffff:10.0.0.1',
  '::ffff:127.0.0.1',
  'fe80::1',
  '127.0.0.1.example.com',
  '127.1',
  'localhost.example.com',
  'collector.internal',
])('host %s is refused without keys', async (host) => {
  const without = await ring('');
  const said = `host ${host} is reachable from other machines`;
  expect(() => requireKeysBeyondLoopback(without, host, 'keys.json')).toThrow(said);
  const keyed = await ring(someKey);
  expect(() => requireKeysBeyondLoopback(keyed, host, 'keys.json')).not.toThrow();
});

test('a cluster needs its name, a server and the URLs of all servers', () => {
  const [cluster, clickhouse_url, cluster_urls] = ['ledgers', 'http://one:8123', 'http://one:8123, http://two:8123'];
  expect(read({ cluster, clickhouse_url, cluster_urls }).cluster_urls).toEqual(['http://one:8123', 'http://two:8123']);
  expect(refusal({ cluster, cluster_urls })).toBe(
    'CONFIG_INVALID: --cluster: needs a server of the cluster (--clickhouse-url)',
  );
  expect(refusal({ cluster, clickhouse_url })).toBe(
    'CONFIG_INVALID: --cluster: needs the URLs of all servers of the cluster (--cluster-urls)',
  );
  expect(refusal({ clickhouse_url, cluster_urls })).toBe(
    'CONFIG_INVALID: --cluster-urls: needs the name of the cluster (--cluster)',
  );
});
