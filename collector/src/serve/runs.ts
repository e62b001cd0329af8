import { z } from 'zod';
import { runNotFound } from './errors.ts';
import * as field from './fields.ts';
import { pageOf } from './page-token.ts';
import { limit, pageToken, text, time } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { columns, from, join, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';

const run = z
  .object({
    run_id: z.string(),
    parent_run_id: z.string(),
    status: field.runStatus,
    ended: field.flag,
    end_inferred: field.flag,
    workflow_name: z.string(),
    agent_names: field.names,
    models: field.names,
    service_names: field.names,
    conversation_ids: field.names,
    trace_ids: field.names,
    verdicts: field.names,
    node_ids: field.names,
    start_time: field.timestamp,
    end_time: field.timestamp,
    duration_ms: field.milliseconds,
    step_count: field.count,
    node_count: field.count,
    span_count: field.count,
    blocked_steps: field.count,
    failed_steps: field.count,
    open_steps: field.count,
    violation_count: field.count,
    input_tokens: field.count,
    output_tokens: field.count,
    total_tokens: field.count,
    total_cost_usd: z.number().meta({ description: 'US dollars, at most nine decimals' }),
    total_carbon_gco2: z.number().meta({ description: 'Grams of CO2 equivalent' }),
    mean_confidence: field.maybeNumber,
    last_received_at: field.timestamp,
  })
  .meta({ id: 'Run' });

const runList = z.object({ runs: z.array(run), next_page_token: field.nextPageToken }).meta({ id: 'RunList' });

const filter = z.strictObject({
  from: time('Runs that started then or later'),
  to: time('Runs that started before then'),
  status: z
    .enum(['running', 'paused', 'completed', 'failed', 'cancelled'])
    .optional()
    .meta({ description: 'Status of the run' }),
  agent: text('An agent that took part'),
  workflow: text('The workflow'),
  verdict: z.enum(['commit', 'reject', 'escalate']).optional().meta({ description: 'A verdict of one of its steps' }),
  text: text('Part of a run id or of the name of a workflow, agent, node or model; case does not matter'),
  limit: limit(50, 500),
  page_token: pageToken,
});

const runColumns = columns(Object.keys(run.shape));

/** The conditions that a filter stands for. */
function conditions(asked: z.output<typeof filter>): Sql[] {
  const position = asked.page_token;
  const found: (Sql | undefined)[] = [
    asked.from === undefined
      ? undefined
      : sql`start_time >= fromUnixTimestamp64Milli(${value('Int64', asked.from)}, 'UTC')`,
    asked.to === undefined ? undefined : sql`start_time < fromUnixTimestamp64Milli(${value('Int64', asked.to)}, 'UTC')`,
    asked.status && sql`status = ${value('String', asked.status)}`,
    asked.agent && sql`has(agent_names, ${value('String', asked.agent)})`,
    asked.workflow && sql`workflow_name = ${value('String', asked.workflow)}`,
    asked.verdict && sql`has(verdicts, ${value('String', asked.verdict)})`,
    asked.text && sql`positionCaseInsensitiveUTF8(search_text, ${value('String', asked.text)}) > 0`,
    position &&
      sql`(start_time, run_id) < (fromUnixTimestamp64Nano(${value('Int64', position.time)}, 'UTC'), ${value('String', position.key)})`,
  ].map((condition) => condition || undefined);
  return [sql`true`, ...found.filter((condition) => condition !== undefined)];
}

/** Throws when the tenant has no such run. @throws {ApiError} `RUN_NOT_FOUND` */
export async function requireRun(read: Read, runId: string): Promise<void> {
  const rows = await read(sql`SELECT run_id FROM ${from('runs')} WHERE run_id = ${value('String', runId)} LIMIT 1`);
  if (rows.length === 0) throw runNotFound(runId);
}

/** Adds `/v1/runs` and `/v1/runs/{run_id}`. */
export function addRuns(api: Api): void {
  api.get('/v1/runs', describe('read', 'Runs, newest first', runList), query(filter), async (context) => {
    const asked = context.req.valid('query');
    const rows = await context.var.read(sql`
      SELECT ${runColumns}, toString(toUnixTimestamp64Nano(start_time)) AS page_time, run_id AS page_key
      FROM ${from('runs')}
      WHERE ${join(conditions(asked), sql` AND `)}
      ORDER BY start_time DESC, run_id DESC
      LIMIT ${value('UInt32', asked.limit + 1)}`);
    const page = pageOf(rows, asked.limit);
    return context.json({ runs: page.rows, next_page_token: page.next_page_token });
  });

  api.get(
    '/v1/runs/:run_id',
    describe('read', 'One run', run, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const rows = await context.var.read(
        sql`SELECT ${runColumns} FROM ${from('runs')} WHERE run_id = ${value('String', runId)} LIMIT 1`,
      );
      if (rows[0] === undefined) throw runNotFound(runId);
      return context.json(rows[0]);
    },
  );
}
