import { z } from 'zod';
import * as field from './fields.ts';
import { pageOf } from './page-token.ts';
import { limit, pageToken } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { inRun } from './run-rows.ts';
import { requireRun } from './runs.ts';
import { columns, from, sql, value } from './sql.ts';

const entry = z
  .object({
    entry_id: z.string(),
    kind: z.enum(['log', 'span_event', 'step']),
    name: z.string(),
    time: field.timestamp,
    elapsed_ms: field.milliseconds,
    node_id: z.string(),
    step_id: z.string(),
    attempt: field.count,
    status: z.string(),
    verdict: field.verdict,
    body: z.string(),
    attributes: z.record(z.string(), z.string()),
    cursor: field.decimalString,
  })
  .meta({ id: 'TimelineEntry' });

const timeline = z
  .object({ run_id: z.string(), entries: z.array(entry), next_page_token: field.nextPageToken })
  .meta({ id: 'Timeline' });

const filter = z.strictObject({ limit: limit(1000, 10_000), page_token: pageToken });

/** Adds `/v1/runs/{run_id}/events`. */
export function addTimeline(api: Api): void {
  api.get(
    '/v1/runs/:run_id/events',
    describe(
      'read',
      'What happened in a run in order of time: events, and steps at their end',
      timeline,
      [400, 404, 503],
    ),
    query(filter),
    async (context) => {
      const runId = context.req.param('run_id');
      const { limit, page_token: position } = context.req.valid('query');
      const after =
        position === undefined
          ? sql`true`
          : sql`(time, entry_id) > (fromUnixTimestamp64Nano(${value('Int64', position.time)}, 'UTC'), ${value('String', position.key)})`;
      const [rows] = await Promise.all([
        context.var.read(sql`
          SELECT
            ${columns(Object.keys(entry.shape), ['cursor'])},
            toString(toUnixTimestamp64Nano(time)) AS page_time,
            entry_id AS page_key
          FROM ${from('timeline')}
          WHERE ${inRun(runId)} AND ${after}
          ORDER BY time, entry_id
          LIMIT ${value('UInt32', limit + 1)}`),
        requireRun(context.var.read, runId),
      ]);
      const page = pageOf(rows, limit);
      return context.json({ run_id: runId, entries: page.rows, next_page_token: page.next_page_token });
    },
  );
}
