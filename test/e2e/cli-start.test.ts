import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { span, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { FREE_PORTS, type RunningCli, runCli, startCli, temporaryDirectory } from './cli-fixture.ts';

let directory: string;
let remove: () => Promise<void>;
let running: RunningCli;
let url: string;

beforeAll(async () => {
  ({ directory, remove } = await temporaryDirectory());
  running = await startCli(['--data-dir', directory]);
  url = running.places['OTLP/HTTP'] ?? '';
});
afterAll(async () => {
  // Not there where the start failed.
  await running?.stop('SIGKILL');
  await remove();
});

const sql = (...words: string[]) => runCli(['sql', ...running.sqlFlags, ...words]);

test('says where everything is', async () => {
  expect(running.places).toMatchObject({
    'OTLP/HTTP': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    'OTLP/gRPC': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    API: `${url}/v1/runs`,
    'ClickHouse native': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    Data: directory,
  });
  const openApi = await (await fetch(running.places['OpenAPI'] ?? '')).json();
  expect(openApi).toMatchObject({ openapi: '3.1.0' });
});

test('report lists no runs before there are any', async () => {
  expect(await runCli(['report', '--url', url])).toEqual({ code: 0, output: 'No runs yet.\n', errors: '' });
});

test('a span that was posted is in the report of its run', async () => {
  const attributes = {
    'spanledger.run.id': 'run-cli',
    'spanledger.step.id': 's1',
    'spanledger.node.id': 'fetch\u001b[2J',
    'spanledger.verdict': 'commit',
    'spanledger.status': 'completed',
    'spanledger.cost.usd': 0.000000125,
  };
  const body = toOtlpJsonText(traceBody([span({ attributes })]));
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${url}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
  await expect.poll(() => fetch(`${url}/v1/runs/run-cli`).then((found) => found.status), { timeout: 10_000 }).toBe(200);

  const list = await runCli(['report', '--url', url]);
  expect(list.output).toMatch(/^run-cli +– +completed +2026-01-12 12:00:00 +1\.00 +1 +0 +0 +0\.000000125 +0$/m);
  const { code, output } = await runCli(['report', 'run-cli', '--url', url]);
  expect(code).toBe(0);
  // A node's name must not clear the screen.
  expect(output).toMatch(/^fetch\ufffd\[2J +1 +commit +completed +1\.00 +0\.000000125 +–$/m);
  const report = JSON.parse((await runCli(['report', 'run-cli', '--json', '--url', url])).output);
  expect(report).toMatchObject({ run_id: 'run-cli', workflow_summary: { step_count: 1, total_cost_usd: 1.25e-7 } });
});

test('graph writes the graph of a run, as Mermaid unless another format is asked for', async () => {
  const graph = async (...words: string[]) => runCli(['graph', 'run-cli', '--url', url, ...words]);
  const mermaid = await graph();
  expect(mermaid).toMatchObject({ code: 0, errors: '' });
  expect(mermaid.output).toMatch(/^flowchart LR\n.*\n {4}n0\["fetch#9243;#91;2J<br\/>1 ms, 1\.25e-7 USD"\]\n {2}end\n/);
  const dot = await graph('--format', 'dot');
  expect(dot.output).toMatch(
    /^digraph run \{\n(?:.*\n)* {2}n0 \[label="fetch␛\[2J\\n1 ms, 1\.25e-7 USD", class="completed", /,
  );
  const { nodes, edges } = JSON.parse((await graph('--format', 'json')).output);
  expect(nodes).toMatchObject([{ id: 'fetch\u001b[2J', status: 'completed', stats: { count: 1, cost_usd: 1.25e-7 } }]);
  expect(edges).toEqual([]);
  expect((await runCli(['graph', 'none', '--url', url])).errors).toMatch(/^RUN_NOT_FOUND: There is no run "none"/);
});

test('sql prints what a query finds, in the format asked for', async () => {
  expect(await sql('SELECT run_id, step_count FROM runs')).toEqual({
    code: 0,
    output: 'run_id\tstep_count\nrun-cli\t1\n',
    errors: '',
  });
  expect((await sql('SELECT 1 AS one', '--format', 'JSONEachRow')).output).toBe('{"one":1}\n');
  const many = await sql('SELECT number FROM numbers(300000) FORMAT TSV');
  expect(many.output).toBe(Array.from({ length: 300_000 }, (_, number) => `${number}\n`).join(''));
});

test('sql refuses what would write, whoever asks', async () => {
  const insert = "INSERT INTO settings (name, value) VALUES ('run_idle_seconds', '1')";
  const operator = ['--clickhouse-url', `http://default@127.0.0.1:${running.sqlFlags[1]}`];
  for (const words of [[insert], [insert, ...operator], ['DROP TABLE ledger', ...operator]]) {
    const { code, output, errors } = await sql(...words);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^SQL_READ_ONLY: SQL is read-only here.*\nSee docs\/errors\.md#sql_read_only\n$/);
  }
  expect((await sql("SELECT value FROM settings WHERE name = 'run_idle_seconds'")).output).toBe('value\n900\n');
});

test("sql says ClickHouse's errors in a line, and prints no rows then", async () => {
  const wrong = await sql('SELEC 1');
  expect([wrong.code, wrong.errors.split('\n')[0]]).toEqual([
    1,
    'SQL_FAILED: Syntax error: failed at position 7 (1): 1 (SYNTAX_ERROR)',
  ]);
  const query = 'SELECT throwIf(number = 900000) FROM numbers(1000000) SETTINGS max_block_size = 1000';
  const late = await sql(query, '--format', 'TSV');
  expect([late.code, late.output]).toEqual([1, '']);
  expect(late.errors).toMatch(/^SQL_FAILED: Value passed to 'throwIf'.*FUNCTION_THROW_IF_VALUE_IS_NON_ZERO\)\n/);
});

test('what another collector needs is refused with the option to change', async () => {
  const second = ['start', ...FREE_PORTS, '--log-level=silent'];
  const locked = await runCli([...second, '--data-dir', directory]);
  expect(locked.code).toBe(1);
  expect(locked.errors).toMatch(/^DATA_DIRECTORY_LOCKED: .*--data-dir/);
  const rebuild = await runCli(['rebuild', ...FREE_PORTS, '--data-dir', directory]);
  expect(rebuild.errors).toMatch(/^DATA_DIRECTORY_LOCKED: /);

  const other = await temporaryDirectory();
  const elsewhere = [...second, '--data-dir', other.directory];
  for (const [flag, name] of [
    ['--port', 'OTLP/HTTP'],
    ['--grpc-port', 'OTLP/gRPC'],
  ] as const) {
    const port = running.places[name]?.split(':').at(-1) ?? '';
    const { code, errors } = await runCli([...elsewhere, flag, port]);
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`^PORT_UNAVAILABLE: can't listen on 127\\.0\\.0\\.1:${port}: .*${flag}`, 'm'));
  }
  const engine = await runCli([...elsewhere, ...running.sqlFlags]);
  expect(engine.errors).toMatch(/^ENGINE_PORT_TAKEN: .*--clickhouse-http-port/);
  await other.remove();
});

test('SIGTERM stops it in order, and the data is there after a restart', async () => {
  expect(await running.stop('SIGTERM')).toBe(0);
  running = await startCli(['--data-dir', directory]);
  expect((await sql('SELECT run_id, step_count FROM runs')).output).toBe('run_id\tstep_count\nrun-cli\t1\n');
  expect(await running.stop('SIGINT')).toBe(0);
});

test('a second signal ends it at once, though a request hangs', async () => {
  running = await startCli(['--data-dir', directory]);
  const { hostname, port } = new URL(running.places['OTLP/HTTP'] ?? '');
  const hanging = connect(Number(port), hostname).on('error', () => {});
  hanging.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n');
  hanging.write('expect: 100-continue\r\n\r\n');
  // The answer says that the request is at work.
  await once(hanging, 'data');
  void running.stop('SIGTERM');
  await running.said('stopping');
  expect(await running.stop('SIGTERM')).toBe(128 + 15);
  hanging.destroy();
});
