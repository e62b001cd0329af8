import { runNotFound } from './errors.ts';
import type {
  ChildRun,
  GraphAnomaly,
  GraphEdge,
  GraphHistory,
  GraphNode,
  GraphStats,
  RunGraph,
} from './graph-types.ts';
import { readGraphHistory } from './read-graph-history.ts';
import { inRun } from './run-rows.ts';
import { from, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';

/** Most nodes, edges, anomalies and other runs of an answer. */
const MOST = { nodes: 2000, edges: 5000, anomalies: 1000, runs: 1000 } as const;

const NO_HISTORY: GraphHistory = {
  input: null,
  output: null,
  error: null,
  manual_state: null,
  attempts: [],
  visits: [],
};

interface RunRow {
  readonly workflow: string;
  readonly status: string;
  readonly terminal: boolean;
  readonly parent_run_id: string | null;
}

type NodeRow = GraphStats &
  Pick<GraphNode, 'id' | 'status' | 'current' | 'dead_end' | 'action' | 'visit_count' | 'attempt_count'> & {
    readonly started: string;
  };
type EdgeRow = Omit<GraphEdge, 'condition' | 'recovery'>;

/** Rows of an answer, and whether there are more. */
interface Part<T> {
  readonly rows: readonly T[];
  readonly isCut: boolean;
}

/**
 * Reads the graph of a run.
 * @param withHistory also what may hold personal content: inputs, outputs, errors, attempts
 * @throws {ApiError} `RUN_NOT_FOUND`
 */
export async function readGraph(read: Read, runId: string, withHistory: boolean): Promise<RunGraph> {
  const some = async <T>(query: Sql, most: number): Promise<Part<T>> => {
    const rows = await read<T & { total: number }>(sql`
      SELECT * EXCEPT position
      FROM (SELECT *, count() OVER () AS total FROM (${query}) ORDER BY position LIMIT ${value('UInt32', most)})`);
    return { rows: rows.map(({ total, ...row }) => row as unknown as T), isCut: (rows[0]?.total ?? 0) > most };
  };
  const [run, nodes, edges, anomalies, children, linked, history] = await Promise.all([
    readRun(read, runId),
    some<NodeRow>(nodesOf(runId), MOST.nodes),
    some<EdgeRow>(edgesOf(runId), MOST.edges),
    some<GraphAnomaly>(anomaliesOf(runId), MOST.anomalies),
    some<ChildRun>(childRunsOf(runId), MOST.runs),
    some<{ run_id: string }>(linkedRunsOf(runId), MOST.runs),
    withHistory ? readGraphHistory(read, runId) : undefined,
  ]);
  const inOrder = nodes.rows.toSorted((a, b) => compare(a.started, b.started) || compare(a.id, b.id));
  const current = inOrder.filter((node) => node.current).map((node) => node.id);
  return {
    run_id: runId,
    workflow: run.workflow,
    source: 'read_model',
    status: run.status,
    current_node_id: current[0] ?? null,
    current_node_ids: current,
    terminal: run.terminal,
    definition_version: null,
    parent_run_id: run.parent_run_id,
    nodes: inOrder.map((node) => toNode(node, history?.nodes.get(node.id))),
    edges: edges.rows.map((edge) => ({ ...edge, condition: null, recovery: null })),
    anomalies: anomalies.rows,
    child_runs: children.rows,
    linked_runs: linked.rows.map((row) => row.run_id),
    truncated: [nodes, edges, anomalies, children, linked, history].some((part) => part?.isCut),
  };
}

async function readRun(read: Read, runId: string): Promise<RunRow> {
  const [run] = await read<RunRow>(sql`
    SELECT workflow_name AS workflow, status, ended AS terminal, nullIf(parent_run_id, '') AS parent_run_id
    FROM ${from('runs')} WHERE ${inRun(runId)} LIMIT 1`);
  if (run === undefined) throw runNotFound(runId);
  return run;
}

/** Where there are too many, those where the run is now come first. */
function nodesOf(runId: string): Sql {
  return sql`
    SELECT
      node_id AS id, status, current, dead_end, nullIf(node_kind, '') AS action,
      visits AS visit_count, step_count AS attempt_count,
      count, p50_ms, p95_ms, p99_ms, mean_ms, min_ms, max_ms, error_count, blocked_count, violation_count,
      tokens_used, cost_usd, carbon_gco2,
      toString(first_start) AS started, (NOT current, first_start, node_id) AS position
    FROM ${from('run_nodes')} WHERE ${inRun(runId)}`;
}

function edgesOf(runId: string): Sql {
  return sql`
    SELECT
      edge_id AS id, from_node AS "from", to_node AS "to", type, status,
      CAST(status = 'selected' AS Bool) AS selected, CAST(status = 'skipped' AS Bool) AS skipped,
      CAST(status = 'pending' AS Bool) AS pending, CAST(status = 'blocked' AS Bool) AS blocked,
      nullIf(outcome, '') AS outcome, count, (first_time, edge_id) AS position
    FROM ${from('run_edges')} WHERE ${inRun(runId)}`;
}

function anomaliesOf(runId: string): Sql {
  return sql`
    SELECT
      source, reason, entry_type, nullIf(node_id, '') AS node_id, nullIf(step_id, '') AS step_id,
      nullIf(attempt, 0) AS attempt, detail, (source, reason, node_id, step_id, attempt, detail) AS position
    FROM ${from('run_anomalies')} WHERE ${inRun(runId)}`;
}

function childRunsOf(runId: string): Sql {
  return sql`
    SELECT run_id, workflow_name AS workflow, status, (start_time, run_id) AS position
    FROM ${from('runs')} WHERE parent_run_id = ${value('String', runId)} AND run_id != ${value('String', runId)}`;
}

/** Other runs to which spans of this one link, found by their traces: the sorting key of spans. */
function linkedRunsOf(runId: string): Sql {
  const links = sql`(SELECT arrayJoin(linked_spans) AS link FROM ${from('steps')} WHERE ${inRun(runId)})`;
  return sql`
    SELECT DISTINCT run_id, run_id AS position
    FROM ${from('spans')}
    WHERE trace_key IN (SELECT toFixedString(unhex(left(link, 32)), 16) FROM ${links})
      AND concat(trace_id, span_id) IN ${links} AND run_id != ${value('String', runId)}`;
}

function toNode(row: NodeRow, history: GraphHistory = NO_HISTORY): GraphNode {
  const { id, status, current, dead_end, action, visit_count, attempt_count, started: _, ...stats } = row;
  const known = { id, status, current, dead_end, action, visit_count, attempt_count };
  return { ...known, ...history, recovery: null, transition: null, stats };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
