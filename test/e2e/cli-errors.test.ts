import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { FREE_PORTS, runCli } from './cli-fixture.ts';

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('help and version go to stdout', async () => {
  const help = await runCli(['help']);
  expect(help.code).toBe(0);
  for (const command of ['start', 'demo', 'report', 'graph', 'sql', 'rebuild']) {
    expect(help.output).toMatch(new RegExp(`^  ${command} +\\w`, 'm'));
    const [one, other] = await Promise.all([runCli([command, '--help']), runCli(['help', command])]);
    expect(one.output).toMatch(new RegExp(`^Usage: spanledger ${command} `));
    expect(one).toEqual({ ...other, code: 0, errors: '' });
  }
  expect((await runCli(['start', '--help'])).output).toMatch(/^ {2}--data-dir .*\[\.spanledger\]$/m);
  expect((await runCli(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [[], /^Spanledger .*\n\nUsage: /],
  [['strat'], /^spanledger: unknown command strat; the commands are start, /],
  [['toString'], /^spanledger: unknown command toString; /],
  [['start', '--prot', '1'], /^spanledger start: unknown option --prot\nSee spanledger start --help\n$/],
  [['start', '--port'], /^spanledger start: --port needs a value /],
  [['start', 'now'], /^spanledger start: unexpected argument now\n/],
  [['report', '--json=1'], /^spanledger report: Option '--json' does not take an argument\n/],
  [['graph'], /^spanledger graph: say which run, /],
  [['graph', 'run-1', '--format', 'svg'], /^spanledger graph: --format svg is none of mermaid, dot, json\n/],
  [['sql'], /^spanledger sql: say what to ask, /],
  [['sql', 'SELECT 1', '--format', 'a;b'], /^spanledger sql: --format a;b is not a name of letters\n/],
])('a wrong command line ends with 2: %j', async (words, said) => {
  const { code, output, errors } = await runCli(words);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(said);
});

test.each([
  [['start', '--port', 'x'], {}, 'CONFIG_INVALID: --port: must be a whole number from 0 to 65535'],
  [['rebuild'], { SPANLEDGER_PORT: 'x' }, 'CONFIG_INVALID: SPANLEDGER_PORT: must be a whole number from 0 to 65535'],
  [['demo', '--host', '0.0.0.0'], {}, 'KEYS_REQUIRED: host 0.0.0.0 is reachable from other machines'],
  [
    ['start', '--config', 'no-such.yaml'],
    {},
    "CONFIG_FILE_UNREADABLE: the configuration file no-such.yaml can't be read",
  ],
  [['report', '--url', 'ftp://x'], {}, 'URL_INVALID: --url must be like http://127.0.0.1:4318, not ftp://x'],
])('what can be mended ends with 1, code and pointer, without a stack trace: %j', async (words, environment, said) => {
  const { code, output, errors } = await runCli(words, { ...environment });
  expect([code, output]).toEqual([1, '']);
  expect(errors.startsWith(said)).toBe(true);
  const code_ = said.split(':', 1)[0]?.toLowerCase();
  expect(errors.trimEnd().split('\n')).toEqual([expect.any(String), `See docs/errors.md#${code_}`]);
});

test('a collector or a ClickHouse that does not answer is named with what to do', async () => {
  const port = await closedPort();
  const report = await runCli(['report', 'run-1', '--url', `http://127.0.0.1:${port}`]);
  expect(report.code).toBe(1);
  expect(report.errors).toMatch(/^COLLECTOR_UNREACHABLE: no collector answers at .*"spanledger start".*--url/);
  const query = await runCli(['sql', 'SELECT 1', '--clickhouse-http-port', String(port)]);
  expect(query.code).toBe(1);
  expect(query.errors).toMatch(/^ENGINE_UNREACHABLE: no ClickHouse answers at .*ECONNREFUSED.*--clickhouse-http-port/);
});

test('the demo says so where the example app is not installed', async () => {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.startsWith('@spanledger/example')) throw new Error('Cannot find package ' + name);
      return next(name, context);
    } });`;
  const options = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
  const { code, output, errors } = await runCli(['demo', ...FREE_PORTS], { NODE_OPTIONS: options });
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(/^DEMO_UNAVAILABLE: .*\(Cannot find package @spanledger\/example-multi-agent\).*npm run demo/);
});

test('an old Node is told so in a line', async () => {
  const pretend = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.14.0' } })";
  const options = `--import=data:text/javascript,${encodeURIComponent(pretend)}`;
  const { code, output, errors } = await runCli(['--version'], { NODE_OPTIONS: options });
  expect({ code, output, errors }).toEqual({
    code: 1,
    output: '',
    errors: 'spanledger needs Node.js 22.15 or newer; this is 22.14.0.\n',
  });
});
