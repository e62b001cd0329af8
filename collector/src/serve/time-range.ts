import type { z } from 'zod';
import { badParameter } from './errors.ts';
import { time } from './parameters.ts';
import { type Sql, sql, value } from './sql.ts';

/** A time from which and one before which, milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;
/** Most days that a range may span: what is held by default twice over. */
const MOST_DAYS = 400;

/** The parameters of routes over a range of time. */
export const rangeParameters: Readonly<Record<'from' | 'to', z.ZodType<number | undefined, string | undefined>>> = {
  from: time('Start of the range. Default: 24 hours before its end'),
  to: time('End of the range, not part of it. Default: now'),
};

/**
 * The range that was asked for: the last 24 hours where nothing was said.
 * @throws {ApiError} `BAD_PARAMETER` when it is empty or spans more than 400 days
 */
export function rangeOf(asked: { readonly from?: number | undefined; readonly to?: number | undefined }): TimeRange {
  const to = asked.to ?? Date.now();
  const from = asked.from ?? Math.max(0, to - DAY);
  if (from >= to) throw badParameter('from', 'must be before to; to is now where it is not given.');
  if (to - from > MOST_DAYS * DAY) throw badParameter('from', `must be at most ${MOST_DAYS} days before to.`);
  return { from, to };
}

/** A moment as SQL. */
export function moment(milliseconds: number): Sql {
  return sql`fromUnixTimestamp64Milli(${value('Int64', milliseconds)}, 'UTC')`;
}

/**
 * The condition that something started in the range. The day is the partition, so that no other is read; what started far from its arrival
 * shares the day 1970-01-01.
 */
export function startedWithin({ from, to }: TimeRange): Sql {
  return sql`start_time >= ${moment(from)} AND start_time < ${moment(to)}
    AND (event_date BETWEEN toDate(${moment(from)}) AND toDate(${moment(to)}) OR event_date = toDate('1970-01-01'))`;
}

/** How much of a list is read first, and after a day more how many times as many days each time. */
const FIRST_PART = DAY / 4;
const TIMES_MORE_DAYS = 8;

/**
 * Reads rows of a list that has the newest first: the range's last six hours, then what is before them in ever longer parts that begin
 * where a day begins, until there are enough. Most lists end in the first.
 * @param rowsOf gives the newest rows of a part of the range, at most so many
 */
export async function readNewest<T>(
  range: TimeRange,
  most: number,
  rowsOf: (part: TimeRange, most: number) => Promise<readonly T[]>,
): Promise<T[]> {
  const rows: T[] = [];
  let days = 1;
  for (let to = range.to; to > range.from && rows.length < most; ) {
    const start = to === range.to ? to - FIRST_PART : (Math.ceil(to / DAY) - days) * DAY;
    if (to !== range.to) days *= TIMES_MORE_DAYS;
    const from = Math.max(range.from, start);
    rows.push(...(await rowsOf({ from, to }, most - rows.length)));
    to = from;
  }
  return rows;
}

/** The range as an answer shows it. */
export function rangeAnswer({ from, to }: TimeRange): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
