import { z } from 'zod';
import * as field from './fields.ts';
import { type FoundRun, findRun } from './find-run.ts';
import { type Api, describe, query } from './route.ts';
import { columns, fromWhere, type Sql, sql, value } from './sql.ts';
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

/** The checks that denied in a run. */
interface FoundViolations {
  readonly violations: readonly Row[];
  readonly count: number;
  readonly blocked_count: number;
  readonly truncated: boolean;
}

/** The same as `readPolicyViolations`, of all audit entries of a run in order, each with its `violations`. */
export function violationsOf(entries: readonly Row[]): FoundViolations {
  const found = entries.flatMap(({ violations, step_id, attempt, node_id, timestamp, blocked }) =>
    (violations as readonly Row[]).map((one) => ({ step_id, attempt, node_id, ...one, timestamp, blocked })),
  );
  return {
    violations: found.slice(0, MOST_VIOLATIONS),
    count: found.length,
    // A step that was blocked has a violation at least.
    blocked_count: entries.filter((entry) => entry['blocked']).length,
    truncated: found.length > MOST_VIOLATIONS,
  };
}

/** Reads the checks that denied in a run, in order of the steps. */
export async function readPolicyViolations(read: Read, { inRun }: FoundRun): Promise<FoundViolations> {
  const rows = await read<Row & { position: number; blocked: boolean }>(sql`
    SELECT ${columns([...Object.keys(violationFields), 'position'])}
    ${fromWhere('computed_violations', inRun)}
    ORDER BY start_time, cursor, position
    LIMIT ${value('UInt32', MOST_VIOLATIONS + 1)}`);
  const truncated = rows.length > MOST_VIOLATIONS;
  const violations = rows.slice(0, MOST_VIOLATIONS).map(({ position: _, ...violation }) => violation);
  if (truncated) return { violations, ...(await countViolations(read, inRun)), truncated };
  // The list is whole: no query is needed to count it.
  const blocked_count = rows.filter((row) => row.blocked && row.position === 1).length;
  return { violations, count: rows.length, blocked_count, truncated };
}

async function countViolations(read: Read, inRun: Sql): Promise<{ count: number; blocked_count: number }> {
  const [counts] = await read<{ count: number; blocked_count: number }>(sql`
    SELECT count() AS count, countIf(blocked AND position = 1) AS blocked_count
    ${fromWhere('computed_violations', inRun)}`);
  return counts ?? { count: 0, blocked_count: 0 };
}

/** Adds `/v1/runs/{run_id}/policy-violations`. `/v1/policy-violations` over all runs stands in a file of its own. */
export function addPolicyViolations(api: Api): void {
  api.get(
    '/v1/runs/:run_id/policy-violations',
    describe('read', 'The checks that denied', policyViolations, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const { read } = context.var;
      const found = await readPolicyViolations(read, await findRun(read, runId));
      return context.json({ run_id: runId, ...found });
    },
  );
}
