import { z } from 'zod';
import * as field from './fields.ts';
import { type Api, describe, query } from './route.ts';
import { inRun } from './run-rows.ts';
import { requireRun } from './runs.ts';
import { columns, from, sql, value } from './sql.ts';
import type { Read, Row } from './store.ts';

/** Most violations that an answer lists; the counts are of all of them. */
const MOST_VIOLATIONS = 10_000;

/** A check that denied. */
export const violationFields: Readonly<Record<string, z.ZodType>> = {
  step_id: z.string(),
  attempt: field.count,
  node_id: z.string(),
  check_name: z.string(),
  rule_name: z.string(),
  reason: z.string(),
  timestamp: field.timestamp,
  blocked: field.flag,
};

const violation = z.object(violationFields).meta({ id: 'PolicyViolation' });

const body = {
  violations: z.array(violation),
  count: field.count.meta({ description: 'All violations of the run' }),
  blocked_count: field.count.meta({ description: 'Steps that were blocked' }),
  truncated: field.flag.meta({ description: `True when there are more than the ${MOST_VIOLATIONS} listed` }),
};

/** Violations of a run with their counts. */
export const violationsSchema: z.ZodType = z.object(body).meta({ id: 'PolicyViolationReport' });

const policyViolations = z.object({ run_id: z.string(), ...body }).meta({ id: 'PolicyViolations' });

/** Reads the checks that denied in a run, in order of the steps. */
export async function readPolicyViolations(
  read: Read,
  runId: string,
): Promise<{ violations: Row[]; count: number; blocked_count: number; truncated: boolean }> {
  const [violations, counts] = await Promise.all([
    read(sql`
      SELECT ${columns(Object.keys(violationFields))}
      FROM ${from('policy_violations')}
      WHERE ${inRun(runId)}
      ORDER BY start_time, cursor, position
      LIMIT ${value('UInt32', MOST_VIOLATIONS)}`),
    read<{ count: number; blocked_count: number }>(sql`
      SELECT count() AS count, uniqExactIf((step_id, attempt), blocked) AS blocked_count
      FROM ${from('policy_violations')}
      WHERE ${inRun(runId)}`),
  ]);
  const { count, blocked_count } = counts[0] ?? { count: 0, blocked_count: 0 };
  return { violations, count, blocked_count, truncated: count > violations.length };
}

/** Adds `/v1/runs/{run_id}/policy-violations`. `/v1/policy-violations` over all runs stands in a file of its own. */
export function addPolicyViolations(api: Api): void {
  api.get(
    '/v1/runs/:run_id/policy-violations',
    describe('read', 'The checks that denied', policyViolations, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const [found] = await Promise.all([
        readPolicyViolations(context.var.read, runId),
        requireRun(context.var.read, runId),
      ]);
      return context.json({ run_id: runId, ...found });
    },
  );
}
