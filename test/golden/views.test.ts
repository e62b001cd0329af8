import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

// A case is a folder: input.sql fills the ledger's door (and run_rows, which the settling pass writes) for the tenant of the
// case's name, query.sql asks a view, expected.tsv is the answer with its header.
const casesDirectory = path.join(import.meta.dirname, 'views');
const cases = await readdir(casesDirectory);
const sqlDirectory = path.join(import.meta.dirname, '../../collector/sql');

let fixture: TestEngine;

beforeAll(async () => {
  fixture = await startTestEngine();
  await migrate(fixture.engine, { directory: sqlDirectory });
});
afterAll(() => fixture.stop());

test.each(cases)('%s', async (name) => {
  const file = (part: string): Promise<string> => readFile(path.join(casesDirectory, name, part), 'utf8');
  for (const statement of (await file('input.sql')).split(/;\n/).filter((text) => text.trim() !== '')) {
    await fixture.engine.client.command({ query: statement });
  }
  const result = await fixture.engine.client.query({ query: await file('query.sql'), format: 'TabSeparatedWithNames' });
  expect(await result.text()).toBe(await file('expected.tsv'));
});

const views = (await readdir(path.join(sqlDirectory, 'views'))).map((file) => file.replace(/^\d+_|\.sql$/g, ''));

test('every column of every view says what it holds', async () => {
  const result = await fixture.engine.client.query({
    query: `SELECT concat(table, '.', name) AS name FROM system.columns
      WHERE database = currentDatabase() AND table IN ({views:Array(String)}) AND comment = ''`,
    query_params: { views },
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([]);
});

// Views that show a run in one part: where they are read by run, or spans by trace, nothing else is read.
const storage: Readonly<Record<string, string>> = {
  audit_records: 'step_rows',
  audit_trail: 'step_rows',
  events: 'event_rows',
  executed_steps: 'step_rows',
  node_latency: 'step_rows',
  policy_violations: 'step_rows',
  run_days: 'run_rows',
  runs: 'run_rows',
  spans: 'span_rows',
  steps: 'step_rows',
  timeline: 'step_rows',
  workflow_summary: 'run_rows',
};

test.each(Object.entries(storage))('%s is read by the sorting key of %s', async (view, table) => {
  const key = view === 'spans' ? `trace_key = unhex('000102030405060708090a0b0c0d0e0f')` : `run_id = 'run-1'`;
  const result = await fixture.engine.client.query({
    query: `EXPLAIN indexes = 1 SELECT * FROM (SELECT * FROM ${view} WHERE tenant = 'key-test') WHERE ${key}`,
    format: 'TabSeparatedRaw',
  });
  const plan = await result.text();
  // A table without rows is not in the plan, so the test needs the rows of the cases above.
  const reads = plan.split(`.${table})`).slice(1);
  expect(reads).not.toEqual([]);
  for (const read of reads) {
    expect(read.slice(read.indexOf('PrimaryKey'))).toMatch(
      view === 'spans' ? /Condition: and\(.*trace_id in .*tenant in / : /Condition: and\(.*run_id in .*tenant in /,
    );
  }
});

test.each(['events', 'timeline'])('the spans whose events %s has are found by their run', async (view) => {
  const result = await fixture.engine.client.query({
    query: `EXPLAIN indexes = 1 SELECT * FROM ${view} WHERE tenant = 'key-test' AND run_id = 'run-1'`,
    format: 'TabSeparatedRaw',
  });
  const [, read = ''] = (await result.text()).split('.span_rows)');
  expect(read.slice(0, read.indexOf('ReadFromMergeTree'))).toMatch(/Name: by_run\n/);
});
