import { z } from 'zod';
import { camelKeys } from './camel-case.ts';

/** What the executed steps of a node came to. Durations are milliseconds, `null` when none was executed. */
export interface GraphStats {
  /** Executed steps: the size of the sample. */
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly meanMs: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly errorCount: number;
  readonly blockedCount: number;
  readonly violationCount: number;
  readonly tokensUsed: number | null;
  /** US dollars. */
  readonly costUsd: number | null;
  /** Grams of CO2 equivalent. */
  readonly carbonGco2: number | null;
}

/** An input or output. */
export interface GraphContent {
  /** Kind of the value, one letter: `s` for a string, anything else is JSON. */
  readonly kind: string;
  readonly text: string;
}

/** Error of a failed attempt. */
export interface GraphError {
  readonly type: string;
  readonly message: string;
}

/** One attempt at a step. Times are ISO-8601 in UTC. */
export interface GraphAttempt {
  readonly stepId: string;
  readonly visit: number;
  readonly attemptNumber: number;
  readonly status: string;
  readonly error: GraphError | null;
  readonly startTime: string;
  readonly endTime: string;
}

/** One step at a node, whatever its attempts. */
export interface GraphVisit {
  readonly visit: number;
  readonly stepId: string;
  readonly status: string;
  readonly attemptCount: number;
  readonly startTime: string;
  readonly endTime: string;
}

/** What a paused node waits for. */
export interface GraphManualState {
  readonly stepId: string;
  readonly attemptNumber: number;
  readonly check: string;
  readonly reason: string;
  readonly since: string;
}

/** A node. `input` to `visits` are `null` or empty unless the history was asked for. */
export interface GraphNode {
  readonly id: string;
  /** `completed`, `failed`, `blocked`, `paused`, `skipped`, `cancelled`, `running`, `lost`, `waiting`, `pending`, `retrying` or `unreachable`. */
  readonly status: string;
  /** True where the run is now. */
  readonly current: boolean;
  /** True for an unreachable node, and for one that stopped and from which nothing went on. */
  readonly deadEnd: boolean;
  /** Kind of the node; `null` when not known. */
  readonly action: string | null;
  /** Steps at the node, whatever their attempts. */
  readonly visitCount: number;
  /** Steps, one for each attempt. */
  readonly attemptCount: number;
  readonly input: GraphContent | null;
  readonly output: GraphContent | null;
  /** Error of the latest attempt. */
  readonly error: GraphError | null;
  readonly manualState: GraphManualState | null;
  readonly attempts: readonly GraphAttempt[];
  readonly visits: readonly GraphVisit[];
  readonly stats: GraphStats;
}

/** An edge. */
export interface GraphEdge {
  /** `from:type:to`, or `from:outcome:to`; does not depend on the order of records. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** `transition`, `parent` (a step inside another) or `link`. */
  readonly type: string;
  /** `selected`, `pending`, `skipped` or `blocked`. */
  readonly status: string;
  readonly outcome: string | null;
  /** How often it was walked. */
  readonly count: number;
}

/** Something odd in the records of a run. */
export interface GraphAnomaly {
  readonly source: string;
  readonly reason: string;
  readonly entryType: string;
  readonly nodeId: string | null;
  readonly stepId: string | null;
  readonly attempt: number | null;
  readonly detail: string;
}

/** Nodes and edges of a run. */
export interface RunGraph {
  readonly runId: string;
  readonly workflow: string;
  /** `running`, `paused`, `completed`, `failed` or `cancelled`. */
  readonly status: string;
  readonly currentNodeId: string | null;
  readonly currentNodeIds: readonly string[];
  /** True when the run has ended. */
  readonly terminal: boolean;
  readonly parentRunId: string | null;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly anomalies: readonly GraphAnomaly[];
  /** Runs that this one started. */
  readonly childRuns: readonly { readonly runId: string; readonly workflow: string; readonly status: string }[];
  /** Other runs to which spans of this one link. */
  readonly linkedRuns: readonly string[];
  /** True when there is more of anything than is here. */
  readonly truncated: boolean;
}

const text = z.string();
const maybeText = text.nullable();
const number = z.number();
const maybe = number.nullable();
const flag = z.boolean();

const stats = z
  .object({
    count: number,
    p50_ms: maybe,
    p95_ms: maybe,
    p99_ms: maybe,
    mean_ms: maybe,
    min_ms: maybe,
    max_ms: maybe,
    error_count: number,
    blocked_count: number,
    violation_count: number,
    tokens_used: maybe,
    cost_usd: maybe,
    carbon_gco2: maybe,
  })
  .transform((found): GraphStats => camelKeys(found));

const content = z.object({ kind: text, text }).nullable();
const error = z.object({ type: text, message: text }).nullable();

const attempt = z
  .object({
    step_id: text,
    visit: number,
    attempt_number: number,
    status: text,
    error,
    start_time: text,
    end_time: text,
  })
  .transform((found): GraphAttempt => camelKeys(found));

const visit = z
  .object({ visit: number, step_id: text, status: text, attempt_count: number, start_time: text, end_time: text })
  .transform((found): GraphVisit => camelKeys(found));

const manualState = z
  .object({ step_id: text, attempt_number: number, check: text, reason: text, since: text })
  .transform((found): GraphManualState => camelKeys(found))
  .nullable();

const node = z
  .object({
    id: text,
    status: text,
    current: flag,
    dead_end: flag,
    action: maybeText,
    visit_count: number,
    attempt_count: number,
    input: content,
    output: content,
    error,
    manual_state: manualState,
    attempts: z.array(attempt),
    visits: z.array(visit),
    stats,
  })
  .transform((found): GraphNode => camelKeys(found));

const edge: z.ZodType<GraphEdge> = z.object({
  id: text,
  from: text,
  to: text,
  type: text,
  status: text,
  outcome: maybeText,
  count: number,
});

const anomaly = z
  .object({
    source: text,
    reason: text,
    entry_type: text,
    node_id: maybeText,
    step_id: maybeText,
    attempt: maybe,
    detail: text,
  })
  .transform((found): GraphAnomaly => camelKeys(found));

const childRun = z
  .object({ run_id: text, workflow: text, status: text })
  .transform((found): RunGraph['childRuns'][number] => camelKeys(found));

/** A graph as the API writes it. */
export const runGraph: z.ZodType<RunGraph> = z
  .object({
    run_id: text,
    workflow: text,
    status: text,
    current_node_id: maybeText,
    current_node_ids: z.array(text),
    terminal: flag,
    parent_run_id: maybeText,
    nodes: z.array(node),
    edges: z.array(edge),
    anomalies: z.array(anomaly),
    child_runs: z.array(childRun),
    linked_runs: z.array(text),
    truncated: flag,
  })
  .transform((found): RunGraph => camelKeys(found));
