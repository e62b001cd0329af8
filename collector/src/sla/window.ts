import { z } from 'zod';

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DAY_SECONDS = 86_400;
const ALLOWED = 'must be a length such as 5m, 1h or 1d, or seconds, from 1m to 1d, and a day must be a multiple of it';

/** The length of a window in seconds; `undefined` when it is none, or windows of it would not begin at midnight. */
function secondsOf(text: string): number | undefined {
  const [, digits = '', unit = 's'] = /^(\d{1,6})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(digits) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
  return seconds >= 60 && seconds <= DAY_SECONDS && DAY_SECONDS % seconds === 0 ? seconds : undefined;
}

/** Length of a window in seconds, given as text (`5m`, `3600`) or number. */
export const windowLength: z.ZodType<number, string | number> = z
  .union([z.string(), z.number()], { error: ALLOWED })
  .transform((given, context) => {
    const seconds = secondsOf(String(given));
    if (seconds !== undefined) return seconds;
    context.addIssue({ code: 'custom', message: ALLOWED });
    return z.NEVER;
  });
