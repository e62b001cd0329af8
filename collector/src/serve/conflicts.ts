import { z } from 'zod';
import { badParameter } from './errors.ts';
import * as field from './fields.ts';
import { pageOf } from './page-token.ts';
import { limit, pageToken } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { columns, from, sql, value } from './sql.ts';
import { moment, rangeAnswer, rangeOf, rangeParameters } from './time-range.ts';

const conflict = z
  .object({
    signal: z.enum(['span', 'log']),
    trace_id: z.string(),
    span_id: z.string(),
    event_id: z.string(),
    kept_origin: field.count,
    kept_cursor: field.decimalString,
    kept_received_at: field.timestamp,
    other_origin: field.count,
    other_cursor: field.decimalString,
    other_received_at: field.timestamp,
    found_at: field.timestamp,
  })
  .meta({ id: 'Conflict', description: 'A record that came under a name which had come before with other content' });

const conflictList = z
  .object({ ...field.range, conflicts: z.array(conflict), next_page_token: field.nextPageToken })
  .meta({ id: 'Conflicts' });

const filter = z.strictObject({
  ...rangeParameters,
  signal: z.enum(['span', 'log']).optional().meta({ description: 'Kind of the records' }),
  limit: limit(100, 1000),
  page_token: pageToken,
});

/** Adds `/v1/conflicts`. */
export function addConflicts(api: Api): void {
  api.get(
    '/v1/conflicts',
    describe(
      'read',
      'Records that came again with other content, by the time of the later one, newest first',
      conflictList,
    ),
    query(filter),
    async (context) => {
      const { signal, limit, page_token: position, ...asked } = context.req.valid('query');
      const range = rangeOf(asked);
      if (position !== undefined && !/^\d{1,20}$/.test(position.key)) {
        throw badParameter('page_token', 'must be of an earlier answer of this list.');
      }
      // Cursors begin with the time of arrival, and each is of one record.
      const before = position === undefined ? sql`true` : sql`other_cursor < ${value('UInt64', position.key)}`;
      const rows = await context.var.read(sql`
        SELECT
          ${columns(Object.keys(conflict.shape), ['kept_cursor', 'other_cursor'])},
          toString(toUnixTimestamp64Nano(toDateTime64(other_received_at, 9))) AS page_time,
          toString(other_cursor) AS page_key
        FROM ${from('conflicts')}
        WHERE other_received_at >= ${moment(range.from)} AND other_received_at < ${moment(range.to)}
          AND ${signal === undefined ? sql`true` : sql`signal = ${value('String', signal)}`} AND ${before}
        ORDER BY other_cursor DESC
        LIMIT ${value('UInt32', limit + 1)}`);
      const page = pageOf(rows, limit);
      return context.json({ ...rangeAnswer(range), conflicts: page.rows, next_page_token: page.next_page_token });
    },
  );
}
