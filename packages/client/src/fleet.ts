import { z } from 'zod';
import { camelKeys } from './camel-case.ts';
import { type NodeLatencyStats, nodeLatencyStats, type PolicyViolation, policyViolation } from './projections.ts';

/** Time over which runs are looked at, by the start of their steps. */
export interface FleetRange {
  /** Start of the range. Default: 24 hours before its end. */
  readonly from?: Date;
  /** End of the range, not part of it. Default: now. */
  readonly to?: Date;
}

/** Which windows to read. What is left out does not filter. */
export interface SlaFilter extends FleetRange {
  readonly agent?: string;
  readonly node?: string;
  /** Length of the windows: `5m`, `1h`, `1d`, or seconds. Default: what the target says, else an hour. */
  readonly window?: string | number;
  /** Most windows to give. Default: all. */
  readonly limit?: number;
}

/** How the executed steps of an agent and node did within a window. */
export interface SlaWindow {
  /** ISO-8601 in UTC. */
  readonly windowStart: string;
  readonly windowSeconds: number;
  /** Empty for steps of no agent. */
  readonly agentName: string;
  readonly nodeId: string;
  readonly count: number;
  readonly errorCount: number;
  readonly errorRate: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly meanMs: number;
  /** Steps that met a target of their own, and that missed it. */
  readonly slaMetCount: number;
  readonly slaMissedCount: number;
  /** Target that applies; empty when none. */
  readonly targetId: string;
  readonly targetP50Ms: number | null;
  readonly targetP95Ms: number | null;
  readonly targetP99Ms: number | null;
  readonly targetErrorRate: number | null;
  readonly targetMinCount: number;
  readonly breached: boolean;
  /** What breaks the target: `p50`, `p95`, `p99`, `error_rate`. */
  readonly breaches: readonly string[];
}

/** What the latencies and the error rate of an agent, a node or both should be. */
export interface SlaTarget {
  readonly targetId: string;
  /** `api` or `file`: where it is edited. */
  readonly source: string;
  /** Empty for any. */
  readonly agentName: string;
  /** Empty for any. */
  readonly nodeId: string;
  readonly windowSeconds: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorRate: number | null;
  readonly minCount: number;
  readonly enabled: boolean;
}

/** Which nodes to read. What is left out does not filter. */
export interface LatencyFilter extends FleetRange {
  readonly agent?: string;
  readonly workflow?: string;
  readonly node?: string;
}

/** Which violations to read. What is left out does not filter. */
export interface ViolationFilter extends FleetRange {
  readonly rule?: string;
  /** The check that denied. */
  readonly check?: string;
  readonly agent?: string;
  readonly node?: string;
  /** Whether the step was blocked. */
  readonly blocked?: boolean;
  /** Most violations to give. Default: all. */
  readonly limit?: number;
}

/** A check that denied, in some run. */
export interface FleetViolation extends PolicyViolation {
  readonly runId: string;
  readonly agentName: string;
  readonly workflowName: string;
}

/** Violations of a range. */
export interface FleetViolations {
  /** Newest first. */
  readonly violations: readonly FleetViolation[];
  /** All that the filter lets through, given or not. */
  readonly count: number;
  /** Counts by rule, the most first. */
  readonly rules: readonly { readonly ruleName: string; readonly count: number; readonly blockedCount: number }[];
}

const text = z.string();
const number = z.number();
const most = number.nullable();
const nextPage = text.nullable();

const slaWindow = z
  .object({
    window_start: text,
    window_seconds: number,
    agent_name: text,
    node_id: text,
    count: number,
    error_count: number,
    error_rate: number,
    p50_ms: number,
    p95_ms: number,
    p99_ms: number,
    min_ms: number,
    max_ms: number,
    mean_ms: number,
    sla_met_count: number,
    sla_missed_count: number,
    target_id: text,
    target_p50_ms: most,
    target_p95_ms: most,
    target_p99_ms: most,
    target_error_rate: most,
    target_min_count: number,
    breached: z.boolean(),
    breaches: z.array(text),
  })
  .transform((found): SlaWindow => camelKeys(found));

const slaTarget = z
  .object({
    target_id: text,
    source: text,
    agent_name: text,
    node_id: text,
    window_seconds: number,
    p50_ms: most,
    p95_ms: most,
    p99_ms: most,
    error_rate: most,
    min_count: number,
    enabled: z.boolean(),
  })
  .transform((found): SlaTarget => camelKeys(found));

const runOfViolation = z.object({ run_id: text, agent_name: text, workflow_name: text });
const ruleCount = z.object({ rule_name: text, count: number, blocked_count: number });

/** A page of windows as the API writes it. */
export const slaPage: z.ZodType<{ windows: SlaWindow[]; next_page_token: string | null }> = z.object({
  windows: z.array(slaWindow),
  next_page_token: nextPage,
});

/** The targets as the API writes them. */
export const slaTargetList: z.ZodType<{ targets: SlaTarget[] }> = z.object({ targets: z.array(slaTarget) });

/** Latencies of nodes as the API writes them. */
export const latencyList: z.ZodType<{ nodes: NodeLatencyStats[] }> = z.object({ nodes: z.array(nodeLatencyStats) });

/** A page of violations as the API writes it. */
export const violationPage: z.ZodType<FleetViolations & { next_page_token: string | null }> = z.object({
  violations: z.array(
    z.unknown().transform((found): FleetViolation => {
      return { ...policyViolation.parse(found), ...camelKeys(runOfViolation.parse(found)) };
    }),
  ),
  count: number,
  rules: z.array(ruleCount.transform((found) => camelKeys(found))),
  next_page_token: nextPage,
});

/** The range as parameters of the API. */
export function rangeQuery({ from, to }: FleetRange): { from: number | undefined; to: number | undefined } {
  return { from: from?.getTime(), to: to?.getTime() };
}
