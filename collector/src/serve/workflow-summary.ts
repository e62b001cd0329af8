import { z } from 'zod';
import { runNotFound } from './errors.ts';
import * as field from './fields.ts';
import { type Api, describe, query } from './route.ts';
import { inRun } from './run-rows.ts';
import { columns, fromWhere, sql } from './sql.ts';
import type { Read, Row } from './store.ts';

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

/**
 * Reads the totals of a run. The view `workflow_summary` has the same, and takes a quarter longer to plan.
 * @throws {ApiError} `RUN_NOT_FOUND`
 */
export async function readSummary(read: Read, runId: string): Promise<Row> {
  const [row] = await read(sql`
    SELECT ${columns(Object.keys(summary.shape))} ${fromWhere('runs', inRun(runId))} LIMIT 1`);
  if (row === undefined) throw runNotFound(runId);
  return row;
}

/** Adds `/v1/runs/{run_id}/summary`. */
export function addWorkflowSummary(api: Api): void {
  api.get(
    '/v1/runs/:run_id/summary',
    describe('read', 'Totals of a run', workflowSummarySchema, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => context.json(await readSummary(context.var.read, context.req.param('run_id'))),
  );
}
