import { z } from 'zod';
import { camelKeys } from './camel-case.ts';

/** What one of the fifteen checks said. */
export interface CheckResult {
  readonly name: string;
  /** `pass`, `warn`, `deny`, `escalate`, `skip` or `error`. */
  readonly outcome: string;
  /** Reason code; empty when left out. */
  readonly reason: string;
  /** Microseconds; `null` when left out. */
  readonly durationUs: number | null;
}

/** One step and attempt. Times are ISO-8601 in UTC; what nobody said is `null`, or empty for text. */
export interface StepRecord {
  readonly runId: string;
  readonly stepId: string;
  /** From 1. */
  readonly attempt: number;
  readonly nodeId: string;
  readonly nodeKind: string;
  readonly operation: string;
  readonly governed: boolean;
  /** `commit`, `reject` or `escalate`; `null` for an ungoverned step. */
  readonly verdict: string | null;
  /** `completed`, `failed`, `blocked`, `paused`, `skipped`, `cancelled`, `running` or `lost`. */
  readonly status: string;
  readonly executed: boolean;
  readonly blocked: boolean;
  readonly blockCheck: string;
  readonly blockReason: string;
  readonly blockRule: string;
  readonly checks: readonly CheckResult[];
  readonly startTime: string;
  readonly endTime: string;
  /** End of the step. */
  readonly timestamp: string;
  readonly durationMs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Input plus output tokens. */
  readonly tokensUsed: number | null;
  /** US dollars. */
  readonly costUsd: number | null;
  /** Who computed the cost: `provider`, `sdk` or `collector`; `mixed` when several did; empty without a cost. */
  readonly costSource: string;
  /** Price list that the collector computed by; `mixed` when there were several; empty when all cost was stated. */
  readonly priceVersion: string;
  /** Grams of CO2 equivalent. */
  readonly carbonGco2: number | null;
  /** 0 to 1. */
  readonly confidence: number | null;
  readonly agentName: string;
  readonly workflowName: string;
  readonly model: string;
  readonly provider: string;
  readonly toolName: string;
  readonly conversationId: string;
  readonly identitySubject: string;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly complianceProfile: string;
  /** 1 (read only) to 4 (irreversible). */
  readonly riskTier: number | null;
  readonly taintLabels: readonly string[];
  readonly slaTargetMs: number | null;
  readonly slaMet: boolean | null;
  readonly inputDigest: string;
  readonly outputDigest: string;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Position in the ledger, decimal digits. */
  readonly cursor: string;
}

const text = z.string();
const flag = z.boolean();
const maybe = z.number().nullable();

const check = z
  .object({ name: text, outcome: text, reason: text, duration_us: maybe })
  .transform((found): CheckResult => camelKeys(found));

/** A step as the API writes it. */
export const stepRecord: z.ZodType<StepRecord> = z
  .object({
    run_id: text,
    step_id: text,
    attempt: z.number(),
    node_id: text,
    node_kind: text,
    operation: text,
    governed: flag,
    verdict: text.nullable(),
    status: text,
    executed: flag,
    blocked: flag,
    block_check: text,
    block_reason: text,
    block_rule: text,
    checks: z.array(check),
    start_time: text,
    end_time: text,
    timestamp: text,
    duration_ms: z.number(),
    input_tokens: maybe,
    output_tokens: maybe,
    tokens_used: maybe,
    cost_usd: maybe,
    cost_source: text,
    price_version: text,
    carbon_gco2: maybe,
    confidence: maybe,
    agent_name: text,
    workflow_name: text,
    model: text,
    provider: text,
    tool_name: text,
    conversation_id: text,
    identity_subject: text,
    policy_id: text,
    policy_version: text,
    compliance_profile: text,
    risk_tier: maybe,
    taint_labels: z.array(text),
    sla_target_ms: maybe,
    sla_met: flag.nullable(),
    input_digest: text,
    output_digest: text,
    error_type: text,
    error_message: text,
    trace_id: text,
    span_id: text,
    cursor: text,
  })
  .transform((found): StepRecord => camelKeys(found));
