import path from 'node:path';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { openPriceBook } from '../../collector/src/price/price-book.ts';
import { RetentionSweeper } from '../../collector/src/retention/sweeper.ts';
import { EXPIRING_TABLES, type RetentionDays } from '../../collector/src/retention/table-classes.ts';
import { settleRange } from '../../collector/src/settle/settle-range.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

let fixture: TestEngine;
const failures: Error[] = [];
let rowsTakenOut = 0;

/** What a test says of a record: the days of its arrival and of its start, both of 2026. */
interface Sent {
  readonly run: string;
  readonly arrived: string;
  readonly started?: string;
  readonly signal?: 'span' | 'log';
}

/** Starts an engine with the schema. */
export async function startRetention(): Promise<void> {
  fixture = await startTestEngine();
  await migrate(fixture.engine, { directory: path.join(import.meta.dirname, '../../collector/sql') });
}

export function stopRetention(): Promise<void> {
  return fixture.stop();
}

/** The engine of the tests. */
export function engineOf(): Engine {
  return fixture.engine;
}

/** Rows that sweeps took out one by one since the last emptying. */
export function takenOut(): number {
  return rowsTakenOut;
}

/** Empties every table that expires. */
export async function emptyTables(): Promise<void> {
  const others = ['touched', 'retention_log', 'settings'];
  for (const table of [...EXPIRING_TABLES.map((one) => one.table), ...others]) {
    await fixture.engine.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
  failures.length = 0;
  rowsTakenOut = 0;
}

/** Rows of a query. */
export async function query<T>(sql: string): Promise<T[]> {
  return (await fixture.engine.client.query({ query: sql, format: 'JSONEachRow' })).json<T>();
}

const nanoseconds = (day: string, more = 0): string =>
  String(BigInt(Date.parse(`2026-${day}T12:00:00Z`) + more) * 1_000_000n);
/** Cursor of a record that arrives at noon of a day of 2026. */
export const cursorOf = (day: string, counter: number): bigint =>
  (BigInt(Date.parse(`2026-${day}T12:00:00Z`) - Date.UTC(2024, 0, 1)) << 22n) + BigInt(counter);

/** Puts records into the ledger as they would have come, one after the other, and settles them. */
export async function record(...sent: readonly Sent[]): Promise<void> {
  const cursors: bigint[] = [];
  for (const [index, { run, arrived, started = arrived, signal = 'span' }] of sent.entries()) {
    const cursor = cursorOf(arrived, index + 1);
    cursors.push(cursor);
    const trace = `unhex('${Buffer.from(run).toString('hex').padEnd(32, '0')}')`;
    const digest = `unhex('${String(index).padStart(64, '0')}')`;
    const row = {
      canon_version: '1',
      origin: '1',
      cursor: String(cursor),
      received_at: nanoseconds(arrived),
      tenant: "'default'",
      signal: signal === 'span' ? '1' : '2',
      trace_id: trace,
      span_id: `unhex('${(index + 1).toString(16).padStart(16, '0')}')`,
      name: `'${signal}'`,
      start_time_unix_nano: nanoseconds(started),
      end_time_unix_nano: nanoseconds(started, 5),
      t_run_id: `'${run}'`,
      ...(signal === 'span'
        ? { t_step_id: `'s${index}'`, t_verdict: "'commit'", t_node_id: "'n'" }
        : { t_event_id: `'e${index}'` }),
    };
    await fixture.engine.client.command({
      query: `INSERT INTO ledger (origin, cursor, received_at, tenant, signal) VALUES (1, ${cursor}, '2026-${arrived} 12:00:00', 'default', '${signal}')`,
    });
    await fixture.engine.client.command({
      query: `INSERT INTO content VALUES ('default', ${digest}, 's', 'text', '2026-${arrived}')`,
    });
    await fixture.engine.client.command({
      query: `INSERT INTO ingest (${Object.keys(row).join()}) VALUES (${Object.values(row).join()})`,
    });
    await fixture.engine.client.command({
      query: `INSERT INTO reject_rows (tenant, received_at, origin, signal, reason) VALUES ('default', '2026-${arrived} 12:00:00', 1, 'span', '${index}')`,
    });
    await fixture.engine.client.command({
      query: `INSERT INTO conflict_rows (tenant, signal, other_cursor, found_at) VALUES ('default', 'span', ${cursor}, '2026-${arrived} 12:00:01')`,
    });
  }
  const prices = await openPriceBook(fixture.engine, () => {});
  const [first = 0n, last = 0n] = [
    cursors.toSorted((a, b) => Number(a - b))[0],
    cursors.toSorted((a, b) => Number(b - a))[0],
  ];
  await settleRange(fixture.engine, prices, { origin: 1, first, last });
}

/** The same number of days for every class. */
export const everything = (days: number): RetentionDays => ({
  ledger: days,
  content: days,
  derived: days,
  rejects: days,
});

/** Sweeps as if it were noon of a day of 2026. */
export async function sweepOn(day: string, days: RetentionDays): Promise<void> {
  const sweeper = new RetentionSweeper(
    fixture.engine,
    days,
    {
      takenOut: ({ rows }) => {
        rowsTakenOut += rows;
      },
      swept: () => {},
      failed: (error) => failures.push(error),
      disk: () => {},
    },
    () => new Date(`2026-${day}T12:00:00Z`),
  );
  await sweeper.sweep();
  await sweeper.stop();
  if (failures[0] !== undefined) throw failures[0];
}

/** Partitions of a table with the distinct rows in them. */
export async function held(table: string): Promise<string[]> {
  const rows = await query<{ id: string; n: string }>(
    `SELECT id, count() AS n FROM (SELECT DISTINCT _partition_id AS id, * FROM ${table}) GROUP BY id ORDER BY id`,
  );
  return rows.map(({ id, n }) => `${id}:${n}`);
}

/** What `held` gives of every table that expires. */
export const heldInAll = async (): Promise<Record<string, string[]>> =>
  Object.fromEntries(await Promise.all(EXPIRING_TABLES.map(async ({ table }) => [table, await held(table)] as const)));
