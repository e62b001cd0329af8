import { fromShared, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';
import type { TimeRange } from './time-range.ts';

/** Where what started far from its arrival stands. */
const FAR_DAY = '1970-01-01';

/** A day whose roll-up stands. */
export interface RolledDay {
  /** As `2026-01-31`. */
  readonly day: string;
  /** Microseconds since 1970, which a number holds. */
  readonly version: number;
}

/** How the days of a range are to be read. */
export interface RolledDays {
  readonly rolled: readonly RolledDay[];
  /** False when all days that the rows have of the range are rolled up. */
  readonly hasMore: boolean;
}

/**
 * Looks which days that a range touches are rolled up. A version that stands now is kept for two minutes after the next stands, so that
 * both the days and their versions can be named in a second query.
 */
export async function readRolledDays(
  read: Read,
  source: 'span_rows' | 'step_rows',
  { from, to }: TimeRange,
): Promise<RolledDays> {
  const all = await read<RolledDay>(sql`
    SELECT event_date AS day, version FROM ${fromShared('source_days')} WHERE source = ${value('String', source)}`);
  const [first, last] = [dayOf(from), dayOf(to - 1)];
  const touched = all.filter(({ day }) => (day >= first && day <= last) || day === FAR_DAY);
  const rolled = touched.filter(({ version }) => version > 0);
  // A table without any day may be one that has no partitions here.
  return { rolled, hasMore: all.length === 0 || rolled.length < touched.length };
}

/** The condition that a row of a roll-up counts. */
export function isOf(rolled: readonly RolledDay[]): Sql {
  return sql`version IN ${value(
    'Array(UInt64)',
    rolled.map(({ version }) => version),
  )}`;
}

/** The condition that a row's day is none of those that are rolled up. */
export function isOfNone(rolled: readonly RolledDay[], day: Sql = sql`event_date`): Sql {
  return sql`${day} NOT IN ${value(
    'Array(Date)',
    rolled.map((one) => one.day),
  )}`;
}

/** A query of what two queries have, the second of days that are not rolled up; it is left out where there are none. */
export function withRolls({ rolled, hasMore }: RolledDays, ofRolls: Sql, ofRows: Sql): Sql {
  if (rolled.length === 0) return ofRows;
  return hasMore ? sql`${ofRolls} UNION ALL ${ofRows}` : ofRolls;
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
