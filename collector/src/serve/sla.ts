import { z } from 'zod';
import { windowLength } from '../sla/window.ts';
import { badParameter } from './errors.ts';
import * as field from './fields.ts';
import { latencyRows } from './fleet-latency.ts';
import { percentileError } from './latency.ts';
import { type Position, pageOf } from './page-token.ts';
import { limit, pageToken, text } from './parameters.ts';
import { readRolledDays } from './rolled-days.ts';
import { type Api, describe, query } from './route.ts';
import { readHasTargets, type SlaQuestion, slaFields, slaOfRange, slaRows } from './sla-rows.ts';
import { columns, type Sql, sql, value } from './sql.ts';
import { moment, rangeAnswer, rangeOf, rangeParameters, readNewest } from './time-range.ts';

/** Most agents and nodes that `GET /sla` lists. */
const MOST_ROWS = 10_000;

const slaWindow = z
  .object({
    window_start: field.timestamp,
    window_seconds: field.count.meta({ description: 'Length of the window, seconds' }),
    ...slaFields,
  })
  .meta({ id: 'SlaWindow' });

const slaWindows = z
  .object({ ...field.range, windows: z.array(slaWindow), next_page_token: field.nextPageToken })
  .meta({ id: 'SlaWindows' });

const slaEntry = z.object(slaFields).meta({ id: 'SlaEntry' });

const slaReport = z
  .object({
    ...field.range,
    sla: z.array(slaEntry),
    percentile_error: percentileError,
    truncated: field.flag.meta({ description: `True when there are more than the ${MOST_ROWS} listed` }),
  })
  .meta({ id: 'SlaReport' });

const windowFilter = z.strictObject({
  ...rangeParameters,
  agent: text('The agent'),
  node: text('The node'),
  window: windowLength
    .optional()
    .meta({ description: "Length of the windows: 5m, 1h, 1d or seconds. Default: the target's, else 1h" }) as z.ZodType<
    number | undefined,
    string | undefined
  >,
  limit: limit(500, 10_000),
  page_token: pageToken,
});

const reportFilter = z.strictObject({ ...rangeParameters, agent: text('The agent'), node_id: text('The node') });

/** How many rows of its window were listed before a position. */
function offsetOf(position: Position | undefined): number {
  if (position === undefined) return 0;
  if (!/^\d{1,9}$/.test(position.key)) throw badParameter('page_token', 'must be of an earlier answer of this list.');
  return Number(position.key);
}

/** Windows that start in a range, the newest first. */
function windowsOf(
  asked: z.output<typeof windowFilter>,
  read: Pick<SlaQuestion, 'days' | 'hasTargets' | 'starts'>,
  most: number,
  offset: number,
): Sql {
  const { agent, node, window } = asked;
  return sql`
    SELECT ${columns(Object.keys(slaWindow.shape))},
      toString(toUnixTimestamp64Nano(window_start)) AS page_time,
      toString(row_number() OVER (PARTITION BY window_start ORDER BY agent_name, node_id)) AS page_key
    FROM (${slaRows({ ...read, agent, node, windows: window ?? 'of targets' })})
    WHERE window_start >= ${moment(read.starts.from)} AND window_start < ${moment(read.starts.to)}
    ORDER BY window_start DESC, agent_name, node_id
    LIMIT ${value('UInt32', most)} OFFSET ${value('UInt32', offset)}`;
}

/** Adds `/v1/sla` (windows) and `/sla` (the range as one). */
export function addSla(api: Api): void {
  api.get(
    '/v1/sla',
    describe('read', 'Latency, error rate and breaches of each agent, node and window, newest first', slaWindows),
    query(windowFilter),
    async (context) => {
      const asked = context.req.valid('query');
      const { limit, page_token: position } = asked;
      const range = rangeOf(asked);
      // A token says how many rows of its window were listed: the window's own are skipped, later windows are left out.
      let skipped = offsetOf(position);
      const upto = position === undefined ? range.to : Number(BigInt(position.time) / 1_000_000n) + 1;
      const left = { from: range.from, to: Math.min(range.to, upto) };
      const { read } = context.var;
      const [days, hasTargets] = await Promise.all([readRolledDays(read, 'step_rows', left), readHasTargets(read)]);
      const found = await readNewest(left, limit + 1, (part, most) => {
        const offset = skipped;
        skipped = 0;
        return read(windowsOf(asked, { days, hasTargets, starts: part }, most, offset));
      });
      const { rows: windows, next_page_token } = pageOf(found, limit);
      return context.json({ ...rangeAnswer(range), windows, next_page_token });
    },
  );

  api.get(
    '/sla',
    describe('read', 'Latency, error rate and breaches of each agent and node over a range', slaReport),
    query(reportFilter),
    async (context) => {
      const { agent, node_id: node, ...asked } = context.req.valid('query');
      const range = rangeOf(asked);
      const { read } = context.var;
      const [latency, hasTargets] = await Promise.all([
        latencyRows(read, { steps: range, agent, node, by: sql`agent_name, node_id` }),
        readHasTargets(read),
      ]);
      const found = await read(sql`
        SELECT ${columns(Object.keys(slaEntry.shape))}
        FROM (${slaOfRange(latency.rows, hasTargets)})
        ORDER BY agent_name, node_id
        LIMIT ${value('UInt32', MOST_ROWS + 1)}`);
      const sla = found.slice(0, MOST_ROWS);
      return context.json({
        ...rangeAnswer(range),
        sla,
        percentile_error: latency.percentileError,
        truncated: found.length > sla.length,
      });
    },
  );
}
