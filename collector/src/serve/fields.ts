import { z } from 'zod';

/** A time as the API writes it: ISO-8601, UTC, nanoseconds. */
export const timestamp: z.ZodType<string> = z
  .string()
  .meta({ format: 'date-time', description: 'ISO-8601, UTC, nanoseconds', example: '2026-01-31T12:00:00.000000001Z' });

/** A 64-bit number that a JSON number can't hold. */
export const decimalString: z.ZodType<string> = z
  .string()
  .regex(/^\d+$/)
  .meta({ description: 'Decimal digits of a 64-bit number' });

/** A count. */
export const count: z.ZodType<number> = z.number().int().min(0);

/** Tokens; null when nobody said. */
export const tokens: z.ZodType<number | null> = z
  .number()
  .int()
  .min(0)
  .nullable()
  .meta({ description: 'Tokens; null when not said' });

/** US dollars; null when nobody said. */
export const usd: z.ZodType<number | null> = z
  .number()
  .nullable()
  .meta({ description: 'US dollars, at most nine decimals; null when not said' });

/** A number that may be missing. */
export const maybeNumber: z.ZodType<number | null> = z.number().nullable();

/** Grams of CO2 equivalent; null when nobody said. */
export const grams: z.ZodType<number | null> = z
  .number()
  .nullable()
  .meta({ description: 'Grams of CO2 equivalent; null when not said' });

/** Milliseconds. */
export const milliseconds: z.ZodType<number> = z.number().meta({ description: 'Milliseconds' });

/** The range of time that was asked for. */
export const range: Readonly<Record<'from' | 'to', z.ZodType<string>>> = {
  from: timestamp.meta({ description: 'Start of the range' }),
  to: timestamp.meta({ description: 'End of the range, not part of it' }),
};

/** Token of the next page. */
export const nextPageToken: z.ZodType<string | null> = z
  .string()
  .nullable()
  .meta({ description: 'Give it as page_token to read on; null on the last page' });

/** What a step came to. */
export const verdict: z.ZodType<string | null> = z
  .string()
  .nullable()
  .meta({ description: 'commit, reject or escalate; null for an ungoverned step' });

/** A run's status. */
export const runStatus: z.ZodType<string> = z
  .enum(['running', 'paused', 'completed', 'failed', 'cancelled'])
  .meta({ id: 'RunStatus' });

/** A step's status, in the sender's words if they are none of ours. */
export const stepStatus: z.ZodType<string> = z
  .string()
  .meta({ description: 'completed, failed, blocked, paused, skipped, cancelled, running or lost' });

/** Names. */
export const names: z.ZodType<string[]> = z.array(z.string());

/** A flag. */
export const flag: z.ZodType<boolean> = z.boolean();
