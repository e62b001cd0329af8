import { z } from 'zod';
import * as field from './fields.ts';
import { type FoundRun, findRun } from './find-run.ts';
import { type Position, pageOf } from './page-token.ts';
import { limit, pageToken } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { afterPosition } from './run-rows.ts';
import { columns, fromWhere, type Relation, sql, value } from './sql.ts';
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

/** Names of an audit entry's fields, which are columns of the relation that `trailOf` gives; `cursor` as text. */
export const auditFields: readonly string[] = Object.keys(entry.shape);

/** Where a run's audit entries stand. Without open steps both say the same; the one that doesn't look for the run takes half the time. */
export function trailOf({ hasOpenSteps }: FoundRun): Relation {
  return hasOpenSteps ? 'audit_trail' : 'audit_records';
}

const auditTrail = z
  .object({ run_id: z.string(), entries: auditEntriesSchema, next_page_token: field.nextPageToken })
  .meta({ id: 'AuditTrail' });

const filter = z.strictObject({ limit: limit(1000, 10_000), page_token: pageToken });

/**
 * Reads a page of a run's audit trail: one entry a step, in order of start, then of arrival.
 */
export async function readAuditTrail(
  read: Read,
  run: FoundRun,
  page: { limit: number; position: Position | undefined },
): Promise<{ entries: Row[]; next_page_token: string | null }> {
  const rows = await read(sql`
    SELECT
      ${columns(auditFields, ['cursor'])},
      toString(toUnixTimestamp64Nano(start_time)) AS page_time,
      toString(cursor) AS page_key
    ${fromWhere(trailOf(run), run.inRun, afterPosition(page.position))}
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
