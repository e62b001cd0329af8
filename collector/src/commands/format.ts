/** Shown for what nobody said. */
export const NOTHING = '–';

const counts = new Intl.NumberFormat('en-US');
const dollars = new Intl.NumberFormat('en-US', { minimumFractionDigits: 6, maximumFractionDigits: 9 });
const decimals = [2, 1, 0].map(
  (digits) => new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

/** A count with thousands apart. */
export function formatCount(count: number | null): string {
  return count === null ? NOTHING : counts.format(count);
}

/** US dollars with all digits that the ledger keeps. */
export function formatDollars(usd: number | null): string {
  return usd === null ? NOTHING : dollars.format(usd);
}

/** A number with about three digits that count. */
export function formatNumber(number: number | null): string {
  if (number === null) return NOTHING;
  const size = Math.abs(number);
  return decimals[size < 10 ? 0 : size < 1000 ? 1 : 2]?.format(number) ?? String(number);
}

/** A time of the API (ISO-8601, UTC, nanoseconds) to the second. */
export function formatTime(timestamp: string): string {
  return timestamp.slice(0, 19).replace('T', ' ');
}
