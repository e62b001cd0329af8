import { z } from 'zod';
import type { RetentionReport } from '../retention/report.ts';
import { TABLE_CLASSES } from '../retention/table-classes.ts';
import * as field from './fields.ts';
import { type Api, describe, query } from './route.ts';

const day = z.string().nullable();
const moment = z.string().nullable();

const retention: z.ZodType<RetentionReport> = z
  .object({
    classes: z.array(
      z.object({
        class: z.enum(TABLE_CLASSES),
        tables: z.array(z.string()),
        days: field.count.meta({ description: 'Days after the day of arrival for which it is kept; 0 for ever' }),
        first_kept_day: day.meta({ description: 'What arrived before this day has expired; null where all is kept' }),
        oldest_day: day.meta({ description: 'Oldest day held; null when none' }),
        newest_day: day.meta({ description: 'Newest day held; null when none' }),
        rows: field.count,
        bytes: field.count.meta({ description: 'Bytes on disk' }),
        next_drop_at: moment.meta({
          description: 'When the oldest day can go; null when there is none, or all is kept',
        }),
      }),
    ),
    last_sweep_at: moment.meta({ description: 'Start of the last whole sweep of any collector; null when none' }),
    dropped: z
      .array(
        z.object({
          dropped_at: field.timestamp,
          class: z.string(),
          table_name: z.string(),
          partition_id: z.string().meta({ description: 'YYYYMMDD or YYYYMM' }),
          whole: field.flag.meta({ description: 'False where only the expired rows of a partition were taken out' }),
          before_day: z.string(),
          rows: field.count,
          bytes: field.count,
          origins: z.array(field.count),
          first_cursors: z.array(field.decimalString),
          last_cursors: z.array(field.decimalString),
        }),
      )
      .meta({ description: 'What was taken out last, the latest first: at most 100' }),
    disk: z.object({
      free_bytes: field.count,
      total_bytes: field.count.meta({ description: '0 where the engine has no disk with a size' }),
    }),
  })
  .meta({ id: 'Retention' });

/** Adds `/v1/retention`. */
export function addRetention(api: Api, read: () => Promise<RetentionReport>): void {
  api.get(
    '/v1/retention',
    describe('admin', 'How long data are kept, what is held and what was taken out', retention),
    query(z.strictObject({})),
    async (context) => context.json(await read()),
  );
}
