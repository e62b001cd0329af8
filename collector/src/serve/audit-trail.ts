import { z } from 'zod';
import * as field from './fields.ts';
import { type FoundRun, findRun } from './find-run.ts';
import { type Position, pageOf } from './page-token.ts';
import { limit, pageToken } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { afterPosition } from './run-rows.ts';
import { columns, from, sql, value } from './sql.ts';
import type { Read, Row } from './store.ts';

const entry = z
  .object({
    step_id: z.string(),
    attempt: field.count,
    node_id: z.string(),
    verdict: field.verdict,
    status: field.stepStatus,
    timestamp: field.timestamp,
    start_time: field.timestamp,
    blocked: field.flag,
    block_check: z.string(),
    block_reason: z.string(),
    block_rule: z.string(),
    cost_usd: field.usd,
    tokens_used: field.tokens,
    governed: field.flag,
    agent_name: z.string(),
    identity_subject: z.string(),
    policy_id: z.string(),
    policy_version: z.string(),
    cursor: field.decimalString,
  })
  .meta({ id: 'AuditEntry' });

/** Audit entries in order. */
export const auditEntriesSchema: z.ZodType = z.array(entry);

const auditTrail = z
  .object({ run_id: z.string(), entries: auditEntriesSchema, next_page_token: field.nextPageToken })
  .meta({ id: 'AuditTrail' });

const filter = z.strictObject({ limit: limit(1000, 10_000), page_token: pageToken });

/**
 * Reads a page of a run's audit trail: one entry a step, in order of start, then of arrival.
 * @param more further columns of the view to read
 */
export async function readAuditTrail(
  read: Read,
  { inRun, hasOpenSteps }: FoundRun,
  page: { limit: number; position: Position | undefined },
  more: readonly string[] = [],
): Promise<{ entries: Row[]; next_page_token: string | null }> {
  // Without open steps the two say the same, and the one that doesn't look for the run takes half the time.
  const relation = hasOpenSteps ? 'audit_trail' : 'audit_records';
  const rows = await read(sql`
    SELECT
      ${columns([...Object.keys(entry.shape), ...more], ['cursor'])},
      toString(toUnixTimestamp64Nano(start_time)) AS page_time,
      toString(cursor) AS page_key
    FROM ${from(relation)}
    WHERE ${inRun} AND ${afterPosition(page.position)}
    ORDER BY start_time, cursor
    LIMIT ${value('UInt32', page.limit + 1)}`);
  const { rows: entries, next_page_token } = pageOf(rows, page.limit);
  return { entries, next_page_token };
}

/** Adds `/v1/runs/{run_id}/audit-trail`. */
export function addAuditTrail(api: Api): void {
  api.get(
    '/v1/runs/:run_id/audit-trail',
    describe('read', 'Who did what, under which verdict: one entry a step', auditTrail, [400, 404, 503]),
    query(filter),
    async (context) => {
      const runId = context.req.param('run_id');
      const { limit, page_token: position } = context.req.valid('query');
      const { read } = context.var;
      const trail = await readAuditTrail(read, await findRun(read, runId), { limit, position });
      return context.json({ run_id: runId, ...trail });
    },
  );
}
