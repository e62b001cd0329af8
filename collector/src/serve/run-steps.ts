import { z } from 'zod';
import * as field from './fields.ts';
import { findRun } from './find-run.ts';
import { pageOf } from './page-token.ts';
import { limit, pageToken } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { afterPosition } from './run-rows.ts';
import { from, sql, value } from './sql.ts';
import { stepColumns, stepSchema } from './step-schema.ts';

const stepList = z
  .object({ run_id: z.string(), steps: z.array(stepSchema), next_page_token: field.nextPageToken })
  .meta({ id: 'StepList' });

const filter = z.strictObject({ limit: limit(200, 1000), page_token: pageToken });

/** Adds `/v1/runs/{run_id}/steps`. */
export function addRunSteps(api: Api): void {
  api.get(
    '/v1/runs/:run_id/steps',
    describe('read', 'Steps of a run in order of start, then of arrival', stepList, [400, 404, 503]),
    query(filter),
    async (context) => {
      const runId = context.req.param('run_id');
      const asked = context.req.valid('query');
      const { read } = context.var;
      const { inRun } = await findRun(read, runId);
      const rows = await read(sql`
        SELECT ${stepColumns}, toString(toUnixTimestamp64Nano(start_time)) AS page_time, toString(cursor) AS page_key
        FROM ${from('steps')}
        WHERE ${inRun} AND ${afterPosition(asked.page_token)}
        ORDER BY start_time, cursor
        LIMIT ${value('UInt32', asked.limit + 1)}`);
      const page = pageOf(rows, asked.limit);
      return context.json({ run_id: runId, steps: page.rows, next_page_token: page.next_page_token });
    },
  );
}
