import { z } from 'zod';
import * as field from './fields.ts';
import { findRun } from './find-run.ts';
import { type Api, describe, query } from './route.ts';

const summary = z
  .object({
    run_id: z.string(),
    workflow_name: z.string(),
    status: field.runStatus,
    end_inferred: field.flag,
    step_count: field.count,
    node_count: field.count,
    total_cost_usd: z.number().meta({ description: 'US dollars, at most nine decimals' }),
    total_tokens: field.count,
    total_carbon_gco2: z.number().meta({ description: 'Grams of CO2 equivalent' }),
    mean_confidence: field.maybeNumber,
    blocked_steps: field.count,
    failed_steps: field.count,
    violation_count: field.count,
    start_time: field.timestamp,
    end_time: field.timestamp,
    duration_ms: field.milliseconds,
  })
  .meta({ id: 'WorkflowSummary' });

/** Totals of a run. */
export const workflowSummarySchema: z.ZodType = summary;

/** The columns of the view `runs` that are its totals; the view `workflow_summary` has the same. */
export const summaryColumns: readonly string[] = Object.keys(summary.shape);

/** Adds `/v1/runs/{run_id}/summary`. */
export function addWorkflowSummary(api: Api): void {
  api.get(
    '/v1/runs/:run_id/summary',
    describe('read', 'Totals of a run', workflowSummarySchema, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const { row } = await findRun(context.var.read, context.req.param('run_id'), summaryColumns);
      return context.json(row);
    },
  );
}
