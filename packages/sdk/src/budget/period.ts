import type { BudgetPeriod } from './options.ts';

const DAY_MS = 86_400_000;

/** Name of the span of time in UTC that a moment falls into, for example `2026-11-25`, `2026-W48`, `2026-11`. */
export function periodKey(per: BudgetPeriod, timeMs: number): string {
  if (per === 'day') return new Date(timeMs).toISOString().slice(0, 10);
  if (per === 'month') return new Date(timeMs).toISOString().slice(0, 7);
  if (per === 'week') return isoWeek(timeMs);
  return per;
}

/** A week belongs to the year of its Thursday. */
function isoWeek(timeMs: number): string {
  const day = new Date(Math.floor(timeMs / DAY_MS) * DAY_MS);
  const weekday = (day.getUTCDay() + 6) % 7;
  const thursday = new Date(day.getTime() + (3 - weekday) * DAY_MS);
  const firstDay = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - firstDay) / DAY_MS / 7) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
