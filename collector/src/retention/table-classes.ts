/** Tables that expire together, in the order in which a sweep goes through them: what was said before what was made of it. */
export const TABLE_CLASSES: readonly ['ledger', 'content', 'derived', 'rejects'] = [
  'ledger',
  'content',
  'derived',
  'rejects',
];

/** Name of a class of tables. */
export type TableClass = (typeof TABLE_CLASSES)[number];

/** A table whose rows expire. */
export interface ExpiringTable {
  readonly table: string;
  readonly tableClass: TableClass;
  /**
   * What its partitions are by. Days and months of arrival expire whole. An event day holds what started on it, whenever that
   * arrived, and the day 1970-01-01 what started far from its arrival.
   */
  readonly partitions: 'arrival day' | 'arrival month' | 'event day';
  /** Column with the time of arrival, where rows of a partition expire one by one. */
  readonly arrival?: string;
  /** True where the rows name records by origin and cursor. */
  readonly hasCursors?: true;
}

/** All tables whose rows expire. The others hold configuration, or one row for each collector, or expire by a TTL of their own. */
export const EXPIRING_TABLES: readonly ExpiringTable[] = [
  { table: 'ledger', tableClass: 'ledger', partitions: 'arrival day', hasCursors: true },
  { table: 'content', tableClass: 'content', partitions: 'arrival day' },
  { table: 'span_rows', tableClass: 'derived', partitions: 'event day', arrival: 'received_at', hasCursors: true },
  { table: 'step_rows', tableClass: 'derived', partitions: 'event day', arrival: 'received_at', hasCursors: true },
  { table: 'event_rows', tableClass: 'derived', partitions: 'event day', arrival: 'received_at', hasCursors: true },
  { table: 'run_rows', tableClass: 'derived', partitions: 'arrival month', arrival: 'last_received_at' },
  { table: 'run_traces', tableClass: 'derived', partitions: 'arrival month' },
  { table: 'trace_days', tableClass: 'derived', partitions: 'arrival month' },
  { table: 'event_names', tableClass: 'derived', partitions: 'arrival month', hasCursors: true },
  { table: 'reject_rows', tableClass: 'rejects', partitions: 'arrival day' },
  { table: 'conflict_rows', tableClass: 'rejects', partitions: 'arrival day' },
];

/** For how many days after the day of arrival each class is kept; 0 for ever. */
export type RetentionDays = Readonly<Record<TableClass, number>>;

const DAY = 86_400_000;

/** The day of a time, UTC, as `2026-01-31`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The day so many days after another. */
export function daysAfter(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * DAY));
}

/**
 * The first day of arrival that is kept: what arrived before it has expired. `undefined` where everything is kept.
 * @param days days after the day of arrival; 0 for ever
 */
export function firstKeptDay(now: Date, days: number): string | undefined {
  return days === 0 ? undefined : daysAfter(dayOf(now), -days);
}
