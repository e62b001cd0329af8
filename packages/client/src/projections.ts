import { z } from 'zod';
import { camelKeys } from './camel-case.ts';

/** One governed or ungoverned step in the audit trail. */
export interface AuditEntry {
  readonly stepId: string;
  readonly attempt: number;
  readonly nodeId: string;
  /** `commit`, `reject` or `escalate`; `null` for an ungoverned step. */
  readonly verdict: string | null;
  readonly status: string;
  /** End of the step, ISO-8601 in UTC. */
  readonly timestamp: string;
  readonly blocked: boolean;
  readonly blockReason: string;
  /** US dollars; `null` when not said. */
  readonly costUsd: number | null;
  /** Input plus output tokens; `null` when not said. */
  readonly tokensUsed: number | null;
  readonly governed: boolean;
  readonly agentName: string;
  readonly identitySubject: string;
}

/** How long the executed steps of a node took, milliseconds; failed steps count. */
export interface NodeLatencyStats {
  readonly nodeId: string;
  /** Size of the sample. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly meanMs: number;
  readonly errorCount: number;
}

/** A check that denied. */
export interface PolicyViolation {
  readonly stepId: string;
  readonly attempt: number;
  readonly nodeId: string;
  readonly checkName: string;
  readonly ruleName: string;
  readonly reason: string;
  /** End of the step, ISO-8601 in UTC. */
  readonly timestamp: string;
  /** True when the step was blocked. */
  readonly blocked: boolean;
}

/** Totals of a run. */
export interface WorkflowSummary {
  readonly runId: string;
  readonly workflowName: string;
  /** `running`, `paused`, `completed`, `failed` or `cancelled`. */
  readonly status: string;
  readonly stepCount: number;
  readonly nodeCount: number;
  /** US dollars. */
  readonly totalCostUsd: number;
  readonly totalTokens: number;
  /** Grams of CO2 equivalent. */
  readonly totalCarbonGco2: number;
  /** 0 to 1; `null` when no step stated one. */
  readonly meanConfidence: number | null;
  readonly blockedSteps: number;
  readonly failedSteps: number;
  /** ISO-8601 in UTC. */
  readonly startTime: string;
  /** ISO-8601 in UTC; latest end known so far. */
  readonly endTime: string;
  readonly durationMs: number;
}

/** A run in chronological order: one entry a step. */
export class AuditTrailProjection {
  readonly runId: string;
  readonly entries: readonly AuditEntry[];
  constructor(runId: string, entries: readonly AuditEntry[]) {
    this.runId = runId;
    this.entries = entries;
  }
}

/** Latencies of a run's nodes. */
export class NodeLatencyProjection {
  readonly runId: string;
  readonly #stats: ReadonlyMap<string, NodeLatencyStats>;
  constructor(runId: string, nodes: readonly NodeLatencyStats[]) {
    this.runId = runId;
    this.#stats = new Map(nodes.map((node) => [node.nodeId, node]));
  }

  /**
   * Latency of a node; `undefined` when none of its steps was executed.
   * @example latency.statsFor('fetch')?.p95Ms
   */
  statsFor(nodeId: string): NodeLatencyStats | undefined {
    return this.#stats.get(nodeId);
  }

  /**
   * Latency of every node by its id.
   * @example for (const [nodeId, stats] of latency.allStats()) console.log(nodeId, stats.p95Ms);
   */
  allStats(): Map<string, NodeLatencyStats> {
    return new Map(this.#stats);
  }
}

/** The checks of a run that denied. */
export class PolicyViolationProjection {
  readonly runId: string;
  readonly violations: readonly PolicyViolation[];
  /** All violations of the run. */
  readonly count: number;
  /** Steps that were blocked. */
  readonly blockedCount: number;
  constructor(runId: string, found: { violations: readonly PolicyViolation[]; count: number; blockedCount: number }) {
    this.runId = runId;
    this.violations = found.violations;
    this.count = found.count;
    this.blockedCount = found.blockedCount;
  }
}

/** The totals of a run. */
export class WorkflowSummaryProjection {
  readonly runId: string;
  readonly summary: WorkflowSummary;
  constructor(runId: string, summary: WorkflowSummary) {
    this.runId = runId;
    this.summary = summary;
  }
}

const text = z.string();
const number = z.number();
const flag = z.boolean();

/** An audit entry as the API writes it. */
export const auditEntry: z.ZodType<AuditEntry> = z
  .object({
    step_id: text,
    attempt: number,
    node_id: text,
    verdict: text.nullable(),
    status: text,
    timestamp: text,
    blocked: flag,
    block_reason: text,
    cost_usd: number.nullable(),
    tokens_used: number.nullable(),
    governed: flag,
    agent_name: text,
    identity_subject: text,
  })
  .transform((found): AuditEntry => camelKeys(found));

/** A node's latency as the API writes it. */
export const nodeLatencyStats: z.ZodType<NodeLatencyStats> = z
  .object({
    node_id: text,
    count: number,
    p50_ms: number,
    p95_ms: number,
    p99_ms: number,
    min_ms: number,
    max_ms: number,
    mean_ms: number,
    error_count: number,
  })
  .transform((found): NodeLatencyStats => camelKeys(found));

/** A violation as the API writes it. */
export const policyViolation: z.ZodType<PolicyViolation> = z
  .object({
    step_id: text,
    attempt: number,
    node_id: text,
    check_name: text,
    rule_name: text,
    reason: text,
    timestamp: text,
    blocked: flag,
  })
  .transform((found): PolicyViolation => camelKeys(found));

/** A run's totals as the API writes them. */
export const workflowSummary: z.ZodType<WorkflowSummary> = z
  .object({
    run_id: text,
    workflow_name: text,
    status: text,
    step_count: number,
    node_count: number,
    total_cost_usd: number,
    total_tokens: number,
    total_carbon_gco2: number,
    mean_confidence: number.nullable(),
    blocked_steps: number,
    failed_steps: number,
    start_time: text,
    end_time: text,
    duration_ms: number,
  })
  .transform((found): WorkflowSummary => camelKeys(found));
