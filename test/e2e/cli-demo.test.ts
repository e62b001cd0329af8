import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, FREE_PORTS, runCli, startCli, temporaryDirectory } from './cli-fixture.ts';

let directory: string;
let remove: () => Promise<void>;
let demo: Finished;

beforeAll(async () => {
  ({ directory, remove } = await temporaryDirectory());
  // What a user has set for another app must not reach the one of the demo.
  const environment = { OTEL_SDK_DISABLED: 'true', OPENAI_BASE_URL: 'http://127.0.0.1:1' };
  demo = await runCli(['demo', '--once', ...FREE_PORTS, '--data-dir', directory], environment);
});
afterAll(() => remove());

/** The cells of the line that begins with a word. */
function cells(word: string): string[] | undefined {
  const line = demo.output.split('\n').find((text) => text.startsWith(`${word} `));
  return line?.split(/ {2,}/);
}

test('ends with 0 and shows the totals of the run', () => {
  expect(demo.code).toBe(0);
  expect(cells('completed')?.slice(3)).toEqual(['11', '10', '1', '2', '0.000306775', '466', '0.19', '0.89']);
});

test('shows each step, the one that was blocked with its rule', () => {
  expect(cells('planner')?.slice(1, 4)).toEqual(['1', 'commit', 'completed']);
  const blocked = cells('publisher');
  expect(blocked?.slice(1, 4)).toEqual(['1', 'reject', 'blocked']);
  expect(blocked?.at(-1)).toBe('policy: no-external-publish');
  const attempts = demo.output.split('\n').filter((line) => /^writer +[12] +commit/.test(line));
  expect(attempts.map((line) => line.split(/ {2,}/).slice(1, 4))).toEqual([
    ['1', 'commit', 'failed'],
    ['2', 'commit', 'completed'],
  ]);
  expect(demo.output).toContain('Policy violations: 1, blocked steps: 1\n');
  for (const line of demo.output
    .slice(demo.output.indexOf('Audit trail'), demo.output.indexOf('Look closer'))
    .split('\n'))
    expect(line.length).toBeLessThanOrEqual(120);
});

test('says how to look closer', () => {
  const runId = /^Run (\S+) {2}support-crew$/m.exec(demo.output)?.[1];
  expect(demo.output).toMatch(new RegExp(`curl -s http://127\\.0\\.0\\.1:\\d+/v1/runs/${runId}/report\n`));
  expect(demo.output).toMatch(/npx spanledger sql --clickhouse-http-port \d+ "SELECT /);
});

const VIEWS = ['spans', 'steps', 'events', 'runs', 'policy_violations'];

/** All rows of the views, in an order of their own. */
async function readViews(): Promise<string[]> {
  const running = await startCli(['--data-dir', directory]);
  const queries = VIEWS.map((view) => `SELECT * FROM ${view} ORDER BY tuple(*) FORMAT JSONEachRow`);
  const found = await Promise.all(queries.map((query) => runCli(['sql', ...running.sqlFlags, query])));
  expect(await running.stop()).toBe(0);
  for (const { errors } of found) expect(errors).toBe('');
  return found.map(({ output }) => output);
}

test('rebuild makes the same rows from the ledger again', async () => {
  const before = await readViews();
  expect(before.map((rows) => rows.split('\n').length - 1)).toEqual([20, 11, expect.any(Number), 1, 1]);
  const rebuilt = await runCli(['rebuild', ...FREE_PORTS, '--data-dir', directory, '--log-level=warn']);
  expect(rebuilt).toMatchObject({ code: 0, errors: '' });
  expect(rebuilt.output).toMatch(/^Rebuilt from 54 records in \d+\.\d s\.$/m);
  expect(await readViews()).toEqual(before);
});
