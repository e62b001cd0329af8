import { z } from 'zod';
import { auditEntriesSchema, readAuditTrail } from './audit-trail.ts';
import { flag } from './fields.ts';
import { findRun } from './find-run.ts';
import { nodeLatenciesSchema, readNodeLatency } from './node-latency.ts';
import { readPolicyViolations, violationsSchema } from './policy-violations.ts';
import { type Api, describe, query } from './route.ts';
import { summaryColumns, workflowSummarySchema } from './workflow-summary.ts';

/** Most audit entries that a report lists; `/audit-trail` has the rest. */
const MOST_ENTRIES = 10_000;

const report = z
  .object({
    run_id: z.string(),
    audit_trail: z.object({
      entries: auditEntriesSchema,
      truncated: flag.meta({ description: `True when there are more than the ${MOST_ENTRIES} listed` }),
    }),
    node_latency: z.object({ nodes: nodeLatenciesSchema }),
    policy_violations: violationsSchema,
    workflow_summary: workflowSummarySchema,
  })
  .meta({ id: 'RunReport' });

/** Adds `/v1/runs/{run_id}/report`. */
export function addRunReport(api: Api): void {
  api.get(
    '/v1/runs/:run_id/report',
    describe('read', 'All four projections of a run in one', report, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const { read } = context.var;
      const run = await findRun(read, runId, summaryColumns);
      const [trail, latency, violations] = await Promise.all([
        readAuditTrail(read, run, { limit: MOST_ENTRIES, position: undefined }),
        readNodeLatency(read, run),
        readPolicyViolations(read, run),
      ]);
      return context.json({
        run_id: runId,
        audit_trail: { entries: trail.entries, truncated: trail.next_page_token !== null },
        node_latency: latency,
        policy_violations: violations,
        workflow_summary: run.row,
      });
    },
  );
}
