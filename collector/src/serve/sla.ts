import { z } from 'zod';
import { windowLength } from '../sla/window.ts';
import { badParameter } from './errors.ts';
import * as field from './fields.ts';
import { type Position, pageOf } from './page-token.ts';
import { limit, pageToken, text } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { slaFields, slaRows } from './sla-rows.ts';
import { columns, sql, value } from './sql.ts';
import { moment, rangeAnswer, rangeOf, rangeParameters } from './time-range.ts';

/** Most agents and nodes that `GET /sla` lists. */
const MOST_ROWS = 10_000;
/** Longest window, milliseconds. */
const DAY = 86_400_000;

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

/** Adds `/v1/sla` (windows) and `/sla` (the range as one). */
export function addSla(api: Api): void {
  api.get(
    '/v1/sla',
    describe('read', 'Latency, error rate and breaches of each agent, node and window, newest first', slaWindows),
    query(windowFilter),
    async (context) => {
      const { agent, node, window, limit, page_token: position, ...asked } = context.req.valid('query');
      const range = rangeOf(asked);
      // Windows are whole: the last one may end after the range.
      const steps = { from: range.from, to: range.to + DAY };
      const rows = slaRows({ steps, agent, node, windows: window ?? 'of targets' });
      // A token says how many rows of its window were listed.
      const upto =
        position === undefined
          ? sql`true`
          : sql`window_start <= fromUnixTimestamp64Nano(${value('Int64', position.time)}, 'UTC')`;
      const found = await context.var.read(sql`
        SELECT ${columns(Object.keys(slaWindow.shape))},
          toString(toUnixTimestamp64Nano(window_start)) AS page_time,
          toString(row_number() OVER (PARTITION BY window_start ORDER BY agent_name, node_id)) AS page_key
        FROM (${rows})
        WHERE window_start >= ${moment(range.from)} AND window_start < ${moment(range.to)} AND ${upto}
        ORDER BY window_start DESC, agent_name, node_id
        LIMIT ${value('UInt32', limit + 1)} OFFSET ${value('UInt32', offsetOf(position))}`);
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
      const found = await context.var.read(sql`
        SELECT ${columns(Object.keys(slaEntry.shape))}
        FROM (${slaRows({ steps: range, agent, node, windows: 'whole range' })})
        ORDER BY agent_name, node_id
        LIMIT ${value('UInt32', MOST_ROWS + 1)}`);
      const sla = found.slice(0, MOST_ROWS);
      return context.json({ ...rangeAnswer(range), sla, truncated: found.length > sla.length });
    },
  );
}
