import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTableLock } from '../../collector/src/engine/table-lock.ts';
import { readRetention } from '../../collector/src/retention/report.ts';
import { EXPIRING_TABLES } from '../../collector/src/retention/table-classes.ts';
import {
  cursorOf,
  emptyTables,
  engineOf,
  everything,
  held,
  heldInAll,
  query,
  record,
  startRetention,
  stopRetention,
  sweepOn,
  takenOut,
} from './retention-fixture.ts';

beforeAll(startRetention);
afterAll(stopRetention);
beforeEach(emptyTables);

test('every table that keeps rows expires, or is known not to', async () => {
  const tables = await query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
  );
  // Configuration, one row for each collector, what was taken out, a to-do list with a TTL, and roll-ups, which go with their days.
  const others = [
    'cost_days',
    'day_rolls',
    'executed_days',
    'latency_days',
    'model_prices',
    'origins',
    'price_versions',
    'prices',
    'retention_log',
    'schema_migrations',
    'settings',
    'sla_target_rows',
    'touched',
    'violation_days',
  ];
  expect(tables.map((one) => one.name).sort()).toEqual([...EXPIRING_TABLES.map((one) => one.table), ...others].sort());
});

test('the engine keeps no system logs', async () => {
  const logs = await query(
    `SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\\\_log' AND total_rows > 0`,
  );
  expect(logs).toEqual([]);
});

test('of several days those that expired are dropped in every table, and the views show what is left', async () => {
  await record(
    { run: 'one', arrived: '01-10' },
    { run: 'one', arrived: '01-10', signal: 'log' },
    { run: 'two', arrived: '01-31' },
    { run: 'two', arrived: '02-01' },
    { run: 'three', arrived: '02-01' },
    { run: 'three', arrived: '02-01', signal: 'log' },
    { run: 'four', arrived: '02-02' },
  );
  const days = { '20260110': 2, '20260131': 1, '20260201': 3, '20260202': 1 };
  const counted = (ids: readonly string[]): string[] => ids.map((id) => `${id}:${days[id as keyof typeof days]}`);
  const before = await heldInAll();
  expect(before).toEqual({
    ledger: counted(Object.keys(days)),
    content: counted(Object.keys(days)),
    span_rows: ['20260110:1', '20260131:1', '20260201:2', '20260202:1'],
    step_rows: ['20260110:1', '20260131:1', '20260201:2', '20260202:1'],
    event_rows: ['20260110:1', '20260201:1'],
    run_rows: ['202601:1', '202602:3'],
    run_traces: ['202601:2', '202602:3'],
    trace_days: ['202601:2', '202602:3'],
    event_names: ['202601:1', '202602:1'],
    reject_rows: counted(Object.keys(days)),
    conflict_rows: counted(Object.keys(days)),
  });

  await sweepOn('04-01', everything(91));
  expect(await heldInAll()).toEqual(before);
  expect(await query('SELECT * FROM retention_log')).toEqual([]);

  // 31 January is the first day kept: the month of its index tables stays, the run of 10 January goes.
  await sweepOn('05-01', everything(90));
  const left = ['20260131', '20260201', '20260202'];
  expect(await heldInAll()).toEqual({
    ...before,
    ledger: counted(left),
    content: counted(left),
    span_rows: ['20260131:1', '20260201:2', '20260202:1'],
    step_rows: ['20260131:1', '20260201:2', '20260202:1'],
    event_rows: ['20260201:1'],
    run_rows: ['202602:3'],
    reject_rows: counted(left),
    conflict_rows: counted(left),
  });
  const runs = await query<{ run_id: string }>('SELECT run_id FROM runs ORDER BY run_id');
  expect(runs.map((one) => one.run_id)).toEqual(['four', 'three', 'two']);
  for (const view of [
    'spans',
    'steps',
    'events',
    'audit_trail',
    'timeline',
    'node_latency',
    'otel_traces_trace_id_ts',
  ]) {
    const column = view.startsWith('otel') ? 'TraceId' : 'run_id';
    const one = column === 'run_id' ? 'one' : Buffer.from('one').toString('hex').padEnd(32, '0');
    expect(await query(`SELECT 1 FROM ${view} WHERE ${column} = '${one}'`), view).toEqual([]);
    expect(await query(`SELECT 1 FROM ${view} LIMIT 1`), view).toHaveLength(1);
  }
  expect(takenOut()).toBe(2 + 2 + 1 + 1 + 1 + 1 + 2 + 2);

  // Doing it again takes out nothing and notes nothing.
  const log = 'SELECT * FROM retention_log ORDER BY dropped_at, table_name, partition_id';
  const noted = await query(log);
  await sweepOn('05-01', everything(90));
  expect(await query(log)).toEqual(noted);

  // Look-up tables go by whole months of arrival.
  await sweepOn('05-04', everything(90));
  const nothing = Object.fromEntries(EXPIRING_TABLES.map(({ table }) => [table, []]));
  expect(await heldInAll()).toEqual({
    ...nothing,
    run_traces: ['202602:3'],
    trace_days: ['202602:3'],
    event_names: ['202602:1'],
  });
  await sweepOn('06-01', everything(90));
  expect(await heldInAll()).toEqual(nothing);
  expect(await query('SELECT * FROM runs')).toEqual([]);
});

test('what is dropped is noted, with the cursors that it held', async () => {
  await record({ run: 'one', arrived: '01-10' }, { run: 'one', arrived: '01-10' }, { run: 'two', arrived: '03-01' });
  await sweepOn('06-01', everything(120));
  const log = await query<Record<string, unknown>>(
    `SELECT class, table_name, partition_id, whole, before_day, rows, bytes > 0 AS has_bytes, origins,
      arrayMap(c -> toString(c), first_cursors) AS firsts, arrayMap(c -> toString(c), last_cursors) AS lasts
    FROM retention_log WHERE table_name IN ('ledger', 'content', 'run_rows') ORDER BY table_name`,
  );
  const base = { partition_id: '20260110', whole: true, before_day: '2026-02-01', has_bytes: 1 };
  const none = { origins: [], firsts: [], lasts: [] };
  expect(log).toEqual([
    { ...base, ...none, class: 'content', table_name: 'content', rows: 2 },
    {
      ...base,
      class: 'ledger',
      table_name: 'ledger',
      rows: 2,
      origins: [1],
      firsts: [String(cursorOf('01-10', 1))],
      lasts: [String(cursorOf('01-10', 2))],
    },
    { ...base, ...none, partition_id: '202601', class: 'derived', table_name: 'run_rows', rows: 1 },
  ]);
});

test('nothing of a day of arrival that is kept is dropped, whatever day it started on', async () => {
  await record(
    { run: 'late', arrived: '03-01', started: '02-01' },
    { run: 'prompt', arrived: '02-01' },
    { run: 'early', arrived: '03-01', started: '03-02' },
    { run: 'odd', arrived: '02-10', started: '01-01' },
    { run: 'odd-kept', arrived: '03-01', started: '01-01' },
    { run: 'odd-kept', arrived: '03-01', started: '01-02', signal: 'log' },
  );
  expect(await held('span_rows')).toEqual(['19700101:2', '20260201:2', '20260302:1']);
  // 1 March is the first day kept. The partition of 1 February holds a span that arrived on it.
  await sweepOn('05-30', everything(90));
  expect(await held('ledger')).toEqual(['20260301:4']);
  expect(await held('span_rows')).toEqual(['19700101:1', '20260201:2', '20260302:1']);
  expect(await held('step_rows')).toEqual(['19700101:1', '20260201:2', '20260302:1']);
  expect(await held('event_rows')).toEqual(['19700101:1']);
  const kept = await query<{ run_id: string }>(
    "SELECT run_id FROM spans WHERE received_at >= toDateTime64('2026-03-01', 9) ORDER BY run_id",
  );
  expect(kept.map((one) => one.run_id)).toEqual(['early', 'late', 'odd-kept']);
  expect((await query<{ run_id: string }>('SELECT run_id FROM runs ORDER BY run_id')).map((one) => one.run_id)).toEqual(
    ['early', 'late', 'odd-kept'],
  );
  expect(await query(`SELECT rows, whole FROM retention_log WHERE table_name = 'span_rows'`)).toEqual([
    { rows: 1, whole: false },
  ]);
  // What was to start a day after its arrival goes with that day.
  await sweepOn('05-31', everything(90));
  expect(await held('ledger')).toEqual([]);
  expect(await held('span_rows')).toEqual(['20260302:1']);
  await sweepOn('06-01', everything(90));
  expect(await held('span_rows')).toEqual([]);
});

test('a day that can still get records loses its expired rows only', async () => {
  await record(
    { run: 'a', arrived: '03-01' },
    { run: 'b', arrived: '03-20', started: '03-01' },
    { run: 'c', arrived: '03-20' },
  );
  await sweepOn('03-25', everything(10));
  expect(await held('ledger')).toEqual(['20260320:2']);
  expect(await held('span_rows')).toEqual(['20260301:1', '20260320:1']);
  expect(
    (await query<{ run_id: string }>('SELECT run_id FROM steps ORDER BY run_id')).map((one) => one.run_id),
  ).toEqual(['b', 'c']);
  await record({ run: 'd', arrived: '03-25', started: '03-01' });
  await sweepOn('03-31', everything(10));
  expect(
    (await query<{ run_id: string }>('SELECT run_id FROM steps ORDER BY run_id')).map((one) => one.run_id),
  ).toEqual(['d']);
});

test('classes expire apart; 0 keeps for ever', async () => {
  await record({ run: 'one', arrived: '01-10' }, { run: 'one', arrived: '01-10', signal: 'log' });
  await sweepOn('12-31', { ledger: 0, content: 30, derived: 0, rejects: 0 });
  expect(await held('content')).toEqual([]);
  expect(await held('ledger')).toEqual(['20260110:2']);
  expect(await held('span_rows')).toEqual(['20260110:1']);
  await sweepOn('12-31', { ledger: 0, content: 30, derived: 0, rejects: 30 });
  expect(await held('reject_rows')).toEqual([]);
  expect(await held('conflict_rows')).toEqual([]);
  await sweepOn('12-31', { ledger: 0, content: 30, derived: 30, rejects: 30 });
  expect(await held('step_rows')).toEqual([]);
  expect(await held('run_rows')).toEqual([]);
  expect(await held('ledger')).toEqual(['20260110:2']);
});

test('while another collector sweeps, this one leaves it alone', async () => {
  await record({ run: 'one', arrived: '01-10' });
  await withTableLock(engineOf(), 'retention', async () => {
    await sweepOn('12-31', everything(30));
    expect(await held('ledger')).toEqual(['20260110:1']);
  });
  await sweepOn('12-31', everything(30));
  expect(await held('ledger')).toEqual([]);
});

test('the report says what is held, what went, and when the next day goes', async () => {
  await record(
    { run: 'one', arrived: '01-10' },
    { run: 'two', arrived: '02-10', started: '01-01' },
    { run: 'three', arrived: '02-12' },
  );
  const days = { ledger: 120, content: 30, derived: 0, rejects: 120 };
  const now = new Date('2026-06-01T12:00:00Z');
  expect((await readRetention(engineOf(), days, now)).last_sweep_at).toBeNull();
  await sweepOn('06-01', days);
  const report = await readRetention(engineOf(), days, now);
  const sizes = { rows: expect.any(Number), bytes: expect.any(Number) };
  expect(report.classes).toEqual([
    {
      class: 'ledger',
      tables: ['ledger'],
      days: 120,
      first_kept_day: '2026-02-01',
      oldest_day: '2026-02-10',
      newest_day: '2026-02-12',
      rows: 2,
      bytes: expect.any(Number),
      next_drop_at: '2026-06-11T00:00:00.000Z',
    },
    {
      ...sizes,
      class: 'content',
      tables: ['content'],
      days: 30,
      first_kept_day: '2026-05-02',
      oldest_day: null,
      newest_day: null,
      next_drop_at: null,
    },
    {
      ...sizes,
      class: 'derived',
      tables: ['span_rows', 'step_rows', 'event_rows', 'run_rows', 'run_traces', 'trace_days', 'event_names'],
      days: 0,
      first_kept_day: null,
      oldest_day: '2026-01-10',
      newest_day: '2026-02-12',
      next_drop_at: null,
    },
    expect.objectContaining({ class: 'rejects', oldest_day: '2026-02-10', rows: 4 }),
  ]);
  expect(report.classes[0]?.bytes).toBeGreaterThan(0);
  expect(report.last_sweep_at).toBe('2026-06-01T12:00:00.000Z');
  const ledger = report.dropped.find((one) => one.table_name === 'ledger');
  expect(ledger).toMatchObject({
    class: 'ledger',
    partition_id: '20260110',
    whole: true,
    before_day: '2026-02-01',
    rows: 1,
    origins: [1],
    first_cursors: [String(cursorOf('01-10', 1))],
  });
  expect(report.disk.total_bytes).toBeGreaterThan(report.disk.free_bytes);
  expect(report.disk.free_bytes).toBeGreaterThan(0);
});
