import { z } from 'zod';
import { badParameter } from './errors.ts';
import * as field from './fields.ts';
import { type Position, pageOf } from './page-token.ts';
import { limit, pageToken, text } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { columns, from, join, type Sql, sql, value } from './sql.ts';
import { moment, rangeAnswer, rangeOf, rangeParameters, type TimeRange } from './time-range.ts';

/** Most bytes of a record that an answer shows. */
const MOST_RAW_BYTES = 65_536;
/** Most records of an answer that shows bytes: 100 of them have 9 MB as base64. */
const MOST_RAW_ROWS = 100;

const fields = {
  received_at: field.timestamp,
  origin: field.count,
  signal: z.enum(['span', 'log']),
  encoding: z.enum(['protobuf', 'json']),
  reason_code: z.string(),
  reason: z.string(),
  raw_bytes: field.count.meta({ description: 'Number of bytes of the record' }),
} as const;

const reject = z
  .object({
    ...fields,
    raw: z
      .string()
      .optional()
      .meta({ description: `With include=raw: the first ${MOST_RAW_BYTES} bytes of the record as they came, base64` }),
  })
  .meta({ id: 'Reject', description: 'A record that could not be accepted' });

const rejectList = z
  .object({
    ...field.range,
    rejects: z.array(reject),
    reasons: z
      .array(z.object({ reason_code: z.string(), count: field.count }).meta({ id: 'ReasonCount' }))
      .meta({ description: 'Counts by reason on all pages, the most first' }),
    next_page_token: field.nextPageToken,
  })
  .meta({ id: 'Rejects' });

const filter = z.strictObject({
  ...rangeParameters,
  signal: z.enum(['span', 'log']).optional().meta({ description: 'Kind of the records' }),
  reason_code: text('The reason'),
  include: z.literal('raw').optional().meta({ description: 'raw: also the bytes, personal content too' }),
  limit: limit(100, 1000),
  page_token: pageToken,
});

function conditions(asked: z.output<typeof filter>, range: TimeRange): Sql {
  return join(
    [
      sql`received_at >= ${moment(range.from)} AND received_at < ${moment(range.to)}`,
      ...(asked.signal === undefined ? [] : [sql`signal = ${value('String', asked.signal)}`]),
      ...(asked.reason_code === undefined ? [] : [sql`reason_code = ${value('String', asked.reason_code)}`]),
    ],
    sql` AND `,
  );
}

/** How many rejects of its time were listed before a position: a reject has no name of its own. */
function offsetOf(position: Position | undefined): number {
  if (position === undefined) return 0;
  if (!/^\d{1,9}$/.test(position.key)) throw badParameter('page_token', 'must be of an earlier answer of this list.');
  return Number(position.key);
}

/** Adds `/v1/rejects`. */
export function addRejects(api: Api): void {
  api.get(
    '/v1/rejects',
    describe(
      { scope: 'read', parameters: { include: 'audit' } },
      'Records that could not be accepted, newest first',
      rejectList,
    ),
    query(filter),
    async (context) => {
      const asked = context.req.valid('query');
      const range = rangeOf(asked);
      const where = conditions(asked, range);
      const withRaw = asked.include === 'raw';
      const most = withRaw ? Math.min(asked.limit, MOST_RAW_ROWS) : asked.limit;
      const position = asked.page_token;
      const upto =
        position === undefined
          ? sql`true`
          : sql`received_at <= fromUnixTimestamp64Nano(${value('Int64', position.time)}, 'UTC')`;
      const raw = withRaw ? sql`, base64Encode(substring(raw, 1, ${value('UInt32', MOST_RAW_BYTES)})) AS raw` : sql``;
      const source = withRaw
        ? sql`(SELECT *, length(raw) AS raw_bytes, cityHash64(raw) AS raw_hash FROM ${from('reject_rows')})`
        : sql`(SELECT *, 0 AS raw_hash FROM ${from('rejects')})`;
      const [rows, reasons] = await Promise.all([
        context.var.read(sql`
          SELECT
            ${columns(Object.keys(fields))}${raw},
            toString(toUnixTimestamp64Nano(received_at)) AS page_time,
            toString(place) AS page_key
          FROM (
            SELECT *, row_number() OVER (
              PARTITION BY received_at ORDER BY origin, reason_code, reason, raw_bytes, raw_hash
            ) AS place
            FROM ${source}
            WHERE ${where} AND ${upto}
          )
          ORDER BY received_at DESC, place
          LIMIT ${value('UInt32', most + 1)} OFFSET ${value('UInt32', offsetOf(position))}`),
        context.var.read(sql`
          SELECT reason_code, count() AS count FROM ${from('rejects')} WHERE ${where}
          GROUP BY reason_code ORDER BY count DESC, reason_code`),
      ]);
      const page = pageOf(rows, most);
      return context.json({
        ...rangeAnswer(range),
        rejects: page.rows,
        reasons,
        next_page_token: page.next_page_token,
      });
    },
  );
}
