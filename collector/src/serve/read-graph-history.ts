import type { Content } from './content.ts';
import type { GraphAttempt, GraphError, GraphHistory, GraphManualState, GraphVisit } from './graph-types.ts';
import { inRun } from './run-rows.ts';
import { from, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';

/** Most attempts of an answer, most of one node (the latest), and most bytes of inputs and outputs (the shortest). */
const MOST = { attempts: 10_000, attemptsOfNode: 100, contentBytes: 16 << 20 } as const;

interface AttemptRow extends Omit<GraphAttempt, 'error'> {
  readonly node_id: string;
  readonly visit_status: string;
  readonly visit_attempts: number;
  readonly visit_start: string;
  readonly visit_end: string;
  readonly error_type: string;
  readonly error_message: string;
  readonly block_check: string;
  readonly block_reason: string;
  readonly node_attempts: number;
}

interface ContentRow extends Content {
  readonly node_id: string;
  readonly side: 'input' | 'output';
  readonly isCut: boolean;
}

/** Reads what the steps of a run's nodes went through, by node, with the latest input and output of each. */
export async function readGraphHistory(
  read: Read,
  runId: string,
): Promise<{ nodes: ReadonlyMap<string, GraphHistory>; isCut: boolean }> {
  const [attempts, contents] = await Promise.all([
    read<AttemptRow>(attemptsOf(runId)),
    read<ContentRow>(contentsOf(runId)),
  ]);
  const contentOf = Map.groupBy(contents, (row) => row.node_id);
  const byNode = Map.groupBy(attempts.slice(0, MOST.attempts), (row) => row.node_id);
  const nodes = new Map([...byNode].map(([node, rows]) => [node, historyOf(rows, contentOf.get(node) ?? [])]));
  const isCut =
    attempts.length > MOST.attempts ||
    attempts.some((row) => row.node_attempts > MOST.attemptsOfNode) ||
    contents.some((row) => row.isCut);
  return { nodes, isCut };
}

/** Attempts of each node, the latest first. A visit has the number that its steps state, if any states one; else its place. */
function attemptsOf(runId: string): Sql {
  return sql`
    SELECT
      *,
      if(max(said_visit) OVER (PARTITION BY node_id) > 1, said_visit,
        dense_rank() OVER (PARTITION BY node_id ORDER BY visit_start, step_id)) AS visit
    FROM (
      SELECT
        node_id, step_id, attempt AS attempt_number, status, error_type, error_message, block_check, block_reason,
        start_time, end_time, cursor, visit AS said_visit,
        min(start_time) OVER step AS visit_start, max(end_time) OVER step AS visit_end,
        count() OVER step AS visit_attempts, count() OVER (PARTITION BY node_id) AS node_attempts,
        argMax(status, (attempt, cursor)) OVER step AS visit_status
      FROM ${from('steps')} WHERE ${inRun(runId)}
      WINDOW step AS (PARTITION BY node_id, step_id)
    )
    ORDER BY start_time DESC, attempt_number DESC, cursor DESC
    LIMIT ${value('UInt32', MOST.attemptsOfNode)} BY node_id
    LIMIT ${value('UInt32', MOST.attempts + 1)}`;
}

/** The latest input and output that steps of a node have. Digests alone are read until it is known how many fit. */
function contentsOf(runId: string): Sql {
  const wanted = sql`(
      SELECT node_id, side.1 AS side, toFixedString(unhex(side.2), 32) AS digest
      FROM (
        SELECT node_id, arrayJoin([
          ('input', argMaxIf(input_digest, (start_time, attempt), input_digest != '')),
          ('output', argMaxIf(output_digest, (start_time, attempt), output_digest != ''))
        ]) AS side
        FROM ${from('steps')} WHERE ${inRun(runId)} GROUP BY node_id
      )
      WHERE match(side.2, '^[0-9a-fA-F]{64}$')
    )`;
  return sql`
    SELECT node_id, side, kind, CAST(bytes > ${value('UInt32', MOST.contentBytes)} AS Bool) AS "isCut", if("isCut", '', text) AS text
    FROM (
      SELECT node_id, side, kind, text, sum(length(text)) OVER (ORDER BY length(text), node_id, side ROWS UNBOUNDED PRECEDING) AS bytes
      FROM ${wanted} AS wanted
      INNER JOIN (
        SELECT digest, any(kind) AS kind, any(text) AS text FROM ${from('content')}
        WHERE digest IN (SELECT digest FROM ${wanted}) GROUP BY digest
      ) AS content USING (digest)
    )`;
}

function historyOf(latestFirst: readonly AttemptRow[], contents: readonly ContentRow[]): GraphHistory {
  const rows = latestFirst.toReversed();
  const content = (side: ContentRow['side']): Content | null => {
    const found = contents.find((row) => row.side === side && !row.isCut);
    return found === undefined ? null : { kind: found.kind, text: found.text };
  };
  const latest = latestFirst[0];
  return {
    input: content('input'),
    output: content('output'),
    // Of the latest attempt alone: a retry that succeeded has no error.
    error: latest === undefined ? null : errorOf(latest),
    manual_state: latest === undefined ? null : manualStateOf(latest),
    attempts: rows.map(attemptOf),
    visits: [...Map.groupBy(rows, (row) => row.step_id).values()].flatMap((ofStep) => ofStep.slice(-1).map(visitOf)),
  };
}

function errorOf({ error_type: type, error_message: message }: AttemptRow): GraphError | null {
  return type === '' && message === '' ? null : { type, message };
}

function manualStateOf(row: AttemptRow): GraphManualState | null {
  if (row.status !== 'paused') return null;
  const { step_id, attempt_number, block_check: check, block_reason: reason, end_time: since } = row;
  return { step_id, attempt_number, check, reason, since };
}

function attemptOf(row: AttemptRow): GraphAttempt {
  const { step_id, visit, attempt_number, status, start_time, end_time } = row;
  return { step_id, visit, attempt_number, status, error: errorOf(row), start_time, end_time };
}

function visitOf(row: AttemptRow): GraphVisit {
  const { visit, step_id, visit_status, visit_attempts, visit_start, visit_end } = row;
  return {
    visit,
    step_id,
    status: visit_status,
    attempt_count: visit_attempts,
    start_time: visit_start,
    end_time: visit_end,
  };
}
