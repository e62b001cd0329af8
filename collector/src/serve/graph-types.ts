import type { Content } from './content.ts';

/** What the executed steps of a node came to; durations in milliseconds, null when there are none. */
export interface GraphStats {
  readonly count: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly mean_ms: number | null;
  readonly min_ms: number | null;
  readonly max_ms: number | null;
  readonly error_count: number;
  readonly blocked_count: number;
  readonly violation_count: number;
  readonly tokens_used: number | null;
  readonly cost_usd: number | null;
  readonly carbon_gco2: number | null;
}

/** Error of a failed attempt. */
export interface GraphError {
  readonly type: string;
  readonly message: string;
}

/** One attempt at a step of a node. */
export interface GraphAttempt {
  readonly step_id: string;
  readonly visit: number;
  readonly attempt_number: number;
  readonly status: string;
  readonly error: GraphError | null;
  readonly start_time: string;
  readonly end_time: string;
}

/** One step at a node, whatever its attempts. */
export interface GraphVisit {
  readonly visit: number;
  readonly step_id: string;
  readonly status: string;
  readonly attempt_count: number;
  readonly start_time: string;
  readonly end_time: string;
}

/** What a paused node waits for. */
export interface GraphManualState {
  readonly step_id: string;
  readonly attempt_number: number;
  readonly check: string;
  readonly reason: string;
  readonly since: string;
}

/** What only `include_history` shows of a node. */
export interface GraphHistory {
  readonly input: Content | null;
  readonly output: Content | null;
  readonly error: GraphError | null;
  readonly manual_state: GraphManualState | null;
  readonly attempts: readonly GraphAttempt[];
  readonly visits: readonly GraphVisit[];
}

/** A node of a graph. */
export interface GraphNode extends GraphHistory {
  readonly id: string;
  readonly status: string;
  readonly current: boolean;
  readonly dead_end: boolean;
  readonly action: string | null;
  readonly visit_count: number;
  readonly attempt_count: number;
  readonly recovery: null;
  readonly transition: null;
  readonly stats: GraphStats;
}

/** An edge of a graph. */
export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly status: string;
  readonly selected: boolean;
  readonly skipped: boolean;
  readonly pending: boolean;
  readonly blocked: boolean;
  readonly outcome: string | null;
  readonly condition: null;
  readonly recovery: null;
  readonly count: number;
}

/** Something odd in the records of a run. */
export interface GraphAnomaly {
  readonly source: string;
  readonly reason: string;
  readonly entry_type: string;
  readonly node_id: string | null;
  readonly step_id: string | null;
  readonly attempt: number | null;
  readonly detail: string;
}

/** A run that this one started. */
export interface ChildRun {
  readonly run_id: string;
  readonly workflow: string;
  readonly status: string;
}

/** A run's graph as the API gives it. */
export interface RunGraph {
  readonly run_id: string;
  readonly workflow: string;
  readonly source: 'read_model';
  readonly status: string;
  readonly current_node_id: string | null;
  readonly current_node_ids: readonly string[];
  readonly terminal: boolean;
  readonly definition_version: null;
  readonly parent_run_id: string | null;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly anomalies: readonly GraphAnomaly[];
  readonly child_runs: readonly ChildRun[];
  readonly linked_runs: readonly string[];
  readonly truncated: boolean;
}
