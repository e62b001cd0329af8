import { z } from 'zod';

/** A row of a report, in snake_case as on the wire. */
export type ReportRow = Readonly<Record<string, unknown>>;

/** All four projections of a run as plain JSON, in snake_case as on the wire. */
export interface RunReport {
  readonly run_id: string;
  readonly audit_trail: {
    readonly entries: readonly ReportRow[];
    /** True when the run has more entries than a report lists; `EventProjector.auditTrail` gives all. */
    readonly truncated: boolean;
  };
  readonly node_latency: { readonly nodes: readonly ReportRow[] };
  readonly policy_violations: {
    readonly violations: readonly ReportRow[];
    readonly count: number;
    readonly blocked_count: number;
  };
  readonly workflow_summary: ReportRow;
}

const row = z.record(z.string(), z.unknown());

/** A report as the API writes it. */
export const runReport: z.ZodType<RunReport> = z.object({
  run_id: z.string(),
  audit_trail: z.object({ entries: z.array(row), truncated: z.boolean() }),
  node_latency: z.object({ nodes: z.array(row) }),
  policy_violations: z.looseObject({ violations: z.array(row), count: z.number(), blocked_count: z.number() }),
  workflow_summary: row,
});
