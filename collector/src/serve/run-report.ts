import { z } from 'zod';
import { auditEntriesSchema, readAuditTrail } from './audit-trail.ts';
import { flag } from './fields.ts';
import { type FoundRun, findRun } from './find-run.ts';
import { nodeLatenciesSchema, readNodeLatency } from './node-latency.ts';
import { readPolicyViolations, violationsOf, violationsSchema } from './policy-violations.ts';
import { readReportSteps } from './report-steps.ts';
import { type Api, describe, query } from './route.ts';
import type { Read, Row } from './store.ts';
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

type OfSteps = Omit<z.output<typeof report>, 'run_id' | 'workflow_summary'>;

/** Reads what the steps of a run tell. */
async function readSteps(read: Read, runId: string): Promise<OfSteps> {
  const run = await findRun(read, runId);
  if (run.stepCount > MOST_ENTRIES) return readManySteps(read, run);
  const { entries, nodes } = await readReportSteps(read, run);
  return {
    // More than listed only where they came since the run was settled.
    audit_trail: { entries: listed(entries.slice(0, MOST_ENTRIES)), truncated: entries.length > MOST_ENTRIES },
    node_latency: { nodes },
    policy_violations: violationsOf(entries),
  };
}

/** The same for a run of more steps than a report lists, of which no more than those are read as rows. */
async function readManySteps(read: Read, run: FoundRun): Promise<OfSteps> {
  const [trail, latency, violations] = await Promise.all([
    readAuditTrail(read, run, { limit: MOST_ENTRIES, position: undefined }),
    readNodeLatency(read, run),
    readPolicyViolations(read, run),
  ]);
  return {
    audit_trail: { entries: trail.entries, truncated: trail.next_page_token !== null },
    node_latency: latency,
    policy_violations: violations,
  };
}

function listed(entries: readonly Row[]): Row[] {
  return entries.map(({ violations: _, ...entry }) => entry);
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
