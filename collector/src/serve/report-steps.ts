import { auditFields, trailOf } from './audit-trail.ts';
import type { FoundRun } from './find-run.ts';
import { latencyAggregates } from './latency.ts';
import { columns, fromWhere, sql } from './sql.ts';
import type { Read, Row } from './store.ts';

/** Fields of a step in a report. */
const FIELDS = [...auditFields, 'violations'];

/** What the steps of a run tell, of one query. */
export interface ReportSteps {
  /** All audit entries in order, each with its `violations`. */
  readonly entries: readonly Row[];
  /** Latencies of the nodes, by name, as `readNodeLatency` gives them. */
  readonly nodes: readonly Row[];
}

interface Node extends Row {
  readonly count: number;
  readonly entries: readonly (readonly unknown[])[];
}

/** Reads all steps of a run once, node by node, for the trail and the latencies: a second query takes longer to plan than a run to read. */
export async function readReportSteps(read: Read, run: FoundRun): Promise<ReportSteps> {
  const nodes = await read<Node>(sql`
    SELECT node_id, ${latencyAggregates(sql`executed`)}, groupArray((${columns(FIELDS, ['cursor'])})) AS entries
    ${fromWhere(trailOf(run), run.inRun)}
    GROUP BY node_id
    ORDER BY node_id`);
  return {
    entries: nodes
      .flatMap((node) => node.entries)
      .map((values): Row => Object.fromEntries(FIELDS.map((field, index) => [field, values[index]])))
      .sort(byStart),
    nodes: nodes.filter(({ count }) => count > 0).map(({ entries: _, ...latency }) => latency),
  };
}

/** The order start_time, cursor. Times are text of one length, and cursors decimal numbers. */
function byStart(a: Row, b: Row): number {
  const [start, otherStart] = [String(a['start_time']), String(b['start_time'])];
  if (start !== otherStart) return start < otherStart ? -1 : 1;
  return BigInt(String(a['cursor'])) < BigInt(String(b['cursor'])) ? -1 : 1;
}
