import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, runCli } from './cli-fixture.ts';
import { ROOT } from './docs-fixture.ts';
import { type GrafanaFixture, HOSTILE, startGrafanaFixture } from './grafana-fixture.ts';

const SQL = path.join(ROOT, 'dashboards/sql');
let grafana: GrafanaFixture;
let port: string;
beforeAll(async () => {
  grafana = await startGrafanaFixture();
  port = new URL(grafana.collector.engine.url).port;
}, 120_000);
afterAll(() => grafana.collector.stop());

const report = (...words: string[]): Promise<Finished> =>
  runCli(['report', ...words, '--clickhouse-http-port', port, '--from', '1h', '--to', '2100-01-01']);

/** Rows of a report as JSON. */
async function rowsOf(name: string): Promise<Record<string, unknown>[]> {
  const { code, output, errors } = await report(name, '--format', 'json');
  expect([code, errors]).toEqual([0, '']);
  const { report: said, rows } = JSON.parse(output);
  expect(said).toBe(name);
  return rows;
}

test('sla: latency, errors and breaches by agent and node', async () => {
  const rows = await rowsOf('sla');
  expect(rows.find(({ node_id }) => node_id === 'planner')).toMatchObject({ tenant: 'default', steps: 1, errors: 0 });
  expect(
    rows.find(({ agent_name, node_id }) => agent_name === HOSTILE.agent && node_id === HOSTILE.node),
  ).toMatchObject({
    steps: 3,
    errors: 0,
    target_p50_ms: 0.001,
    target_p95_ms: 0.001,
    p50_ms: 300,
    target_p99_ms: null,
    windows_with_target: expect.any(Number),
    breaches: ['p50', 'p95'],
    steps_met: 1,
    steps_missed: 1,
  });
});

test('violations: rules with the checks and nodes that applied them', async () => {
  const rows = await rowsOf('violations');
  expect(rows).toContainEqual(
    expect.objectContaining({
      rule_name: 'no-quotes',
      check_name: 'policy',
      node_id: HOSTILE.node,
      violations: 1,
      blocked: 1,
      runs: 1,
      last_reason: "it's not allowed",
      last_run_id: HOSTILE.run,
    }),
  );
  expect(rows).toContainEqual(expect.objectContaining({ rule_name: 'no-external-publish', blocked: 1 }));
});

test('cost: decimal strings that add up to what the runs cost', async () => {
  const rows = await rowsOf('cost');
  expect(rows.find(({ agent_name }) => agent_name === HOSTILE.agent)?.['cost_usd']).toMatch(/^0\.75/);
  const nano = (usd: unknown): bigint => BigInt(Math.round(Number(usd) * 1e9));
  const [total] = await grafana.collector.query<{ usd: string }>(
    'SELECT toString(sum(total_cost_usd)) AS usd FROM runs',
  );
  expect(rows.reduce((sum, { cost_usd }) => sum + nano(cost_usd), 0n)).toBe(nano(total?.usd));
});

test('unpriced-models: the call that nobody has a price for', async () => {
  expect(await rowsOf('unpriced-models')).toContainEqual(
    expect.objectContaining({ provider: 'nobody', model: HOSTILE.model, calls: 1, input_tokens: 7, output_tokens: 1 }),
  );
});

test('a table on a terminal, and CSV with the force taken from formulas', async () => {
  const { output } = await report('violations');
  expect(output).toMatch(/^tenant +rule name +check name +node id +violations/);
  expect(output).toContain('no-quotes');
  const csv = await report('sla', '--format', 'csv');
  const lines = csv.output.split('\r\n');
  expect(lines[0]).toMatch(/^tenant,agent_name,node_id,steps,errors,/);
  expect(lines.at(-1)).toBe('');
  expect(csv.output).toContain(`default,${HOSTILE.agent},"${HOSTILE.node}",3,0,0,0,300,`);
  const none = await runCli([
    'report',
    'sla',
    '--clickhouse-http-port',
    port,
    '--to',
    '2000-01-01',
    '--from',
    '1999-01-01',
  ]);
  expect(none.output).toBe('Nothing in this period.\n');
});

test('a wrong command line and a server that is not there are said', async () => {
  const usage = await report('sla', '--format', 'xml');
  expect([usage.code, usage.errors]).toEqual([2, expect.stringContaining('--format xml is none of table, csv, json')]);
  const stray = await runCli(['report', 'some-run', '--from', '7d']);
  expect([stray.code, stray.errors]).toEqual([2, expect.stringContaining('--from is for the reports sla')]);
  const absent = await runCli(['report', 'sla', '--clickhouse-url', 'http://127.0.0.1:1']);
  expect([absent.code, absent.errors]).toEqual([
    1,
    expect.stringContaining('ENGINE_UNREACHABLE: no ClickHouse answers'),
  ]);
});

test('every SQL file says what its rows are, and runs as it says', async () => {
  const files = (await readdir(SQL)).sort();
  expect(files).toEqual(['cost.sql', 'sla.sql', 'unpriced_models.sql', 'violations.sql']);
  for (const file of files) {
    const query = await readFile(path.join(SQL, file), 'utf8');
    expect(query, file).toMatch(/^-- .*: one row a /);
    for (const name of ['Parameters:', 'spanledger report', 'clickhouse-client', file])
      expect(query, file).toContain(name);
    expect(new Set(query.match(/\{\w+:[^}]*\}/g)), file).toEqual(
      new Set(["{from:DateTime64(3, 'UTC')}", "{to:DateTime64(3, 'UTC')}"]),
    );
    const [, parameters = ''] = /reader@127\.0\.0\.1:8123\/\?(\S+)'/.exec(query) ?? [];
    const url = `${grafana.collector.engine.url}/?user=reader&${parameters.replace('2026-11-01', '2000-01-01').replace('2026-12-01', '2100-01-01')}`;
    const answer = await fetch(url, { method: 'POST', body: query });
    expect([answer.status, (await answer.text()).length > 0], file).toEqual([200, true]);
  }
});
