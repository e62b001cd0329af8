import { z } from 'zod';
import { auditEntriesSchema, readAuditTrail } from './audit-trail.ts';
import { flag } from './fields.ts';
import { findRun } from './find-run.ts';
import { nodeLatenciesSchema, readNodeLatency } from './node-latency.ts';
import { readPolicyViolations, violationsOf, violationsSchema } from './policy-violations.ts';
import { type Api, describe, query } from './route.ts';
import type { Read } from './store.ts';
import { readSummary, workflowSummarySchema } from './workflow-summary.ts';

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

/** Reads what the steps of a run tell. */
async function readSteps(
  read: Read,
  runId: string,
): Promise<Omit<z.output<typeof report>, 'run_id' | 'workflow_summary'>> {
  const run = await findRun(read, runId);
  const [trail, latency] = await Promise.all([
    readAuditTrail(read, run, { limit: MOST_ENTRIES, position: undefined }, ['violations']),
    readNodeLatency(read, run),
  ]);
  const entries = trail.entries.map(({ violations: _, ...entry }) => entry);
  const truncated = trail.next_page_token !== null;
  return {
    audit_trail: { entries, truncated },
    node_latency: latency,
    // A query takes longer to plan than a run to read, so that one tells both where it tells all.
    policy_violations: truncated ? await readPolicyViolations(read, run) : violationsOf(trail.entries),
  };
}

/** Adds `/v1/runs/{run_id}/report`. */
export function addRunReport(api: Api): void {
  api.get(
    '/v1/runs/:run_id/report',
    describe('read', 'All four projections of a run in one', report, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const { read } = context.var;
      const [summary, ofSteps] = await Promise.all([readSummary(read, runId), readSteps(read, runId)]);
      return context.json({ run_id: runId, ...ofSteps, workflow_summary: summary });
    },
  );
}
