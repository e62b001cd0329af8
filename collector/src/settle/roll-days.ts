import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Engine } from '../engine/engine-contract.ts';
import type { AssertHeld } from '../engine/table-lock.ts';

const queryOf = (table: string): string =>
  readFileSync(new URL(`../../sql/settle/${table}.sql`, import.meta.url), 'utf8');

/** What days of a table are rolled up to, and how. */
const ROLLS: Readonly<Record<string, readonly { readonly table: string; readonly query: string }[]>> = {
  span_rows: [{ table: 'cost_days', query: queryOf('cost_days') }],
  step_rows: [
    { table: 'executed_days', query: queryOf('executed_days') },
    { table: 'latency_days', query: queryOf('latency_days') },
    { table: 'violation_days', query: queryOf('violation_days') },
  ],
};

/** Tables with roll-ups, and the table that says which of them count. */
export const ROLL_TABLES: readonly string[] = [
  'day_rolls',
  ...Object.values(ROLLS).flatMap((rolls) => rolls.map((one) => one.table)),
];

/** A day of a table as it stands, and its mark: another one as soon as anything but a merge changes it. */
export interface SourceDay {
  readonly source: string;
  /** As `2026-01-31`. */
  readonly day: string;
  readonly max_block: string;
  readonly mutation: string;
  readonly database: string;
  /** Whether a roll-up of just this state stands. */
  readonly rolled: boolean;
}

const sourceDays: z.ZodType<SourceDay[]> = z.array(
  z.object({
    source: z.string(),
    day: z.iso.date(),
    max_block: z.string(),
    mutation: z.string(),
    database: z.string(),
    rolled: z.boolean(),
  }),
);

/**
 * Reads the days of the tables that are rolled up, the latest first. A table that has deletions under way is left out: they get
 * their mark before they are done.
 */
export async function readSourceDays(engine: Engine): Promise<SourceDay[]> {
  const result = await engine.client.query({
    query: `SELECT table AS source, partition AS day, toString(max(max_block_number)) AS max_block,
        toString(max(toUInt64OrZero(splitByChar('_', name)[5]))) AS mutation, currentDatabase() AS database,
        CAST((source, toDate(day)) IN (SELECT source, event_date FROM rolled_days) AS Bool) AS rolled
      FROM system.parts AS parts
      WHERE active AND database = currentDatabase() AND table IN {sources:Array(String)}
        AND table NOT IN (SELECT table FROM system.mutations WHERE database = currentDatabase() AND NOT is_done)
      GROUP BY source, day
      ORDER BY day DESC, source`,
    query_params: { sources: Object.keys(ROLLS) },
    format: 'JSONEachRow',
  });
  return sourceDays.parse(await result.json());
}

let lastVersion = 0n;

/** Versions grow, and say when they were made: microseconds since 1970. */
function nextVersion(): bigint {
  const now = BigInt(Date.now()) * 1000n;
  lastVersion = now > lastVersion ? now : lastVersion + 1n;
  return lastVersion;
}

/** Rolls a day up as it stands. Its mark was read before, so what comes meanwhile leaves the roll-up without effect. */
export async function rollDay(
  engine: Engine,
  { source, day, ...mark }: SourceDay,
  assertHeld: AssertHeld,
): Promise<void> {
  const version = nextVersion().toString();
  for (const { query } of ROLLS[source] ?? []) {
    await engine.client.command({
      query,
      query_params: { version, day },
      // The work can wait; those who ask can't.
      clickhouse_settings: { max_threads: 1, join_use_nulls: 0 },
    });
  }
  await assertHeld();
  const { database, max_block, mutation } = mark;
  await engine.client.insert({
    table: 'day_rolls',
    format: 'JSONEachRow',
    values: [{ source, event_date: day, version, database, max_block, mutation }],
  });
}

/** How long a roll-up stays after the next: a query may have begun by it. */
const KEPT_SECONDS = 120;

/** Drops roll-ups that others have taken the place of, and those of days that are gone. */
export async function dropOldRolls(engine: Engine): Promise<void> {
  const gone = await rowsOf<{ source: string; day: string }>(
    engine,
    `SELECT source, toString(event_date) AS day FROM day_rolls FINAL
      WHERE (source, day) NOT IN (
        SELECT table, partition FROM system.parts WHERE active AND database = currentDatabase() AND table IN {sources:Array(String)})`,
  );
  for (const { source, day } of gone) {
    await engine.client.command({
      query: 'DELETE FROM day_rolls WHERE source = {source:String} AND event_date = {day:Date}',
      query_params: { source, day },
    });
  }
  for (const [source, rolls] of Object.entries(ROLLS)) {
    for (const { table } of rolls) {
      // A partition's id is its day and version. One without a newer one beside it is being made, or its day is gone.
      const old = await rowsOf<{ id: string }>(
        engine,
        `SELECT DISTINCT partition_id AS id FROM system.parts AS parts
          LEFT JOIN (
            SELECT replaceAll(toString(event_date), '-', '') AS day, day_rolls.version AS version
            FROM day_rolls FINAL WHERE source = {source:String}
          ) AS roll ON roll.day = splitByChar('-', parts.partition_id)[1]
          WHERE parts.active AND parts.database = currentDatabase() AND parts.table = {table:String}
            AND toUInt64(splitByChar('-', parts.partition_id)[2]) != roll.version
            AND greatest(roll.version, toUInt64(splitByChar('-', parts.partition_id)[2]))
              < toUnixTimestamp64Micro(now64(6)) - {kept:UInt32} * 1000000`,
        { source, table, kept: KEPT_SECONDS },
      );
      for (const { id } of old)
        await engine.client.command({ query: `ALTER TABLE ${table} DROP PARTITION ID '${id}'` });
    }
  }
}

async function rowsOf<T>(
  engine: Engine,
  query: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<T[]> {
  const result = await engine.client.query({
    query,
    query_params: { sources: Object.keys(ROLLS), ...parameters },
    format: 'JSONEachRow',
    clickhouse_settings: { join_use_nulls: 0 },
  });
  return result.json<T>();
}
