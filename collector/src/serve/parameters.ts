import { z } from 'zod';
import { decodePosition, type Position } from './page-token.ts';

/** Latest time that a query may name, milliseconds since 1970: the year 2255. */
const LAST_MILLISECOND = 9_000_000_000_000;

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A number of rows: `initial` when it is not given, never more than `most`. */
export function limit(initial: number, most: number): z.ZodType<number, string | undefined> {
  return z
    .string()
    .regex(/^[1-9]\d{0,8}$/, `must be a whole number from 1; more than ${most} counts as ${most}`)
    .default(String(initial))
    .transform((text) => Math.min(Number(text), most))
    .meta({ description: `Most rows of the answer, 1 to ${most}` });
}

/** A time in milliseconds since 1970, given so or as ISO-8601. */
export function time(description: string): z.ZodType<number | undefined, string | undefined> {
  return z
    .string()
    .transform((text, context) => {
      const milliseconds = /^\d{1,16}$/.test(text) ? Number(text) : ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
      if (milliseconds >= 0 && milliseconds <= LAST_MILLISECOND) return milliseconds;
      const allowed = 'an ISO-8601 time with Z or an offset (write + as %2B), a date, or milliseconds since 1970';
      context.addIssue({ code: 'custom', message: `must be ${allowed}, up to the year 2255` });
      return z.NEVER;
    })
    .optional()
    .meta({ description: `${description}; ISO-8601 or milliseconds since 1970` });
}

/** The token of an earlier answer. */
export const pageToken: z.ZodType<Position | undefined, string | undefined> = z
  .string()
  .transform((token, context) => {
    const position = decodePosition(token);
    if (position !== undefined) return position;
    context.addIssue({ code: 'custom', message: 'must be the next_page_token of an earlier answer of this list' });
    return z.NEVER;
  })
  .optional()
  .meta({ description: 'next_page_token of the answer before' });

/** Text that is not empty. */
export function text(description: string): z.ZodType<string | undefined, string | undefined> {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(1024, 'must be at most 1024 characters')
    .optional()
    .meta({ description });
}
