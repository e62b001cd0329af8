import { UsageError } from '../command.ts';

/** A span of time: `from` is in it, `to` is not. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads `--from` and `--to`: each a day (`2026-11-01`, midnight UTC), a time with its zone (`2026-11-01T08:00Z`), or a length before
 * now (`7d`, `12h`, `30m`).
 * @param from default `7d`
 * @param to default `now`
 * @throws UsageError a text is none of these, or the period is empty
 */
export function readPeriod(from: string | undefined, to: string | undefined, now: Date): Period {
  const period = { from: readTime('--from', from ?? '7d', now), to: readTime('--to', to ?? 'now', now) };
  if (period.from >= period.to) {
    throw new UsageError(`--from (${period.from.toISOString()}) must be before --to (${period.to.toISOString()})`);
  }
  return period;
}

function readTime(flag: string, text: string, now: Date): Date {
  if (text === 'now') return now;
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const time = count === undefined ? readMoment(text) : now.getTime() - Number(count) * 1000 * (SECONDS[unit] ?? 0);
  // What ClickHouse can hold; a time before 1970 or after 2199 is a typing error.
  if (Number.isNaN(time) || time < 0 || time > Date.UTC(2200)) {
    throw new UsageError(
      `${flag} ${text} is no time: give a day (2026-11-01), a time with its zone (2026-11-01T08:00Z), or how long ago (7d, 12h, 30m)`,
    );
  }
  return new Date(time);
}

/** Milliseconds since 1970; NaN for what is no time. JavaScript reads 31 February as 3 March. */
function readMoment(text: string): number {
  if (!DATE.test(text) && !DATE_TIME.test(text)) return Number.NaN;
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return Number.NaN;
  return Date.parse(text);
}
