import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';

/** What a model costs in a period and from a number of input tokens on. US dollars for a million tokens as decimal text. */
export interface Rate {
  /** Calls that start then or later, `YYYY-MM-DD hh:mm:ss` in UTC. */
  readonly starts_at: string;
  /** Second of the day (UTC) from which the rate holds. */
  readonly daily_from: number;
  /** Second of the day before which it holds; equal to `daily_from` for the whole day. */
  readonly daily_until: number;
  readonly input_tokens_from: number;
  readonly input_usd: string | null;
  readonly cache_read_usd: string | null;
  readonly cache_write_usd: string | null;
  readonly output_usd: string | null;
  readonly reasoning_usd: string | null;
  /** For a thousand calls. */
  readonly request_usd: string | null;
  /** Units that no span states, by their names in the list. */
  readonly other_usd: Readonly<Record<string, string>>;
}

/** Our columns by the list's names of units. */
const COLUMNS = {
  input_mtok: 'input_usd',
  cache_read_mtok: 'cache_read_usd',
  cache_write_mtok: 'cache_write_usd',
  output_mtok: 'output_usd',
  output_reasoning_mtok: 'reasoning_usd',
  requests_kcount: 'request_usd',
} as const;

const ALWAYS = '1970-01-01 00:00:00';

type Period = Pick<Rate, 'starts_at' | 'daily_from' | 'daily_until'>;

/** The rates of a listed model in order: the first that fits a call's start and input tokens is the one that the list means. */
export function ratesOf({ prices }: ModelInfo): Rate[] {
  if (!Array.isArray(prices)) return tiersOf(allTime(), prices);
  const first = prices[0];
  // Of several periods the last that fits counts, and the first where none does.
  const inOrder = prices.toReversed().flatMap((one) => {
    const period = periodOf(one);
    return period === undefined ? [] : tiersOf(period, one.prices);
  });
  return first === undefined ? inOrder : [...inOrder, ...tiersOf(allTime(), first.prices)];
}

function allTime(): Period {
  return { starts_at: ALWAYS, daily_from: 0, daily_until: 0 };
}

/** When a price holds; undefined for never. */
function periodOf({ constraint }: ConditionalPrice): Period | undefined {
  if (constraint === undefined) return allTime();
  if (constraint.type === 'start_date') {
    return {
      ...allTime(),
      starts_at: `${new Date(constraint.start_date).toISOString().slice(0, 19).replace('T', ' ')}`,
    };
  }
  const daily_from = secondOfDay(constraint.start_time);
  const daily_until = secondOfDay(constraint.end_time);
  return daily_from === daily_until ? undefined : { ...allTime(), daily_from, daily_until };
}

/** Second of the day in UTC of a time such as `16:30:00Z`. */
function secondOfDay(time: string): number {
  const since = Date.parse(`1970-01-02T${time}`);
  if (Number.isNaN(since)) throw new RangeError(`not a time of the day: ${time}`);
  return Math.floor(since / 1000) % 86_400;
}

/** One rate for each number of input tokens from which some price is another, the greatest first. */
function tiersOf(period: Period, prices: ModelPrice): Rate[] {
  const starts = new Set<number>([0]);
  for (const price of Object.values(prices)) {
    if (typeof price === 'object') for (const tier of price.tiers) starts.add(tier.start + 1);
  }
  return [...starts]
    .sort((a, b) => b - a)
    .map((input_tokens_from) => {
      const rate = { ...period, input_tokens_from, ...noPrices(), other_usd: {} as Record<string, string> };
      for (const [unit, price] of Object.entries(prices)) {
        if (price === undefined) continue;
        const usd = String(priceFrom(price, input_tokens_from));
        if (unit in COLUMNS) rate[COLUMNS[unit as keyof typeof COLUMNS]] = usd;
        else rate.other_usd[unit] = usd;
      }
      return rate;
    });
}

function noPrices(): Record<(typeof COLUMNS)[keyof typeof COLUMNS], string | null> {
  return {
    input_usd: null,
    cache_read_usd: null,
    cache_write_usd: null,
    output_usd: null,
    reasoning_usd: null,
    request_usd: null,
  };
}

/** A tier holds above its start. */
function priceFrom(price: NonNullable<ModelPrice[string]>, inputTokens: number): number {
  if (typeof price === 'number') return price;
  const tiers = price.tiers.toSorted((a, b) => a.start - b.start);
  return tiers.findLast((tier) => inputTokens > tier.start)?.price ?? price.base;
}
