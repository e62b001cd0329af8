import { z } from 'zod';
import { contentSchema } from './content.ts';
import * as field from './fields.ts';
import { columns, type Sql } from './sql.ts';

const check = z
  .object({
    name: z.string(),
    outcome: z.string().meta({ description: 'pass, warn, deny, escalate, skip or error' }),
    reason: z.string(),
    duration_us: field.maybeNumber,
  })
  .meta({ id: 'Check' });

const step = z
  .object({
    run_id: z.string(),
    step_id: z.string(),
    attempt: field.count,
    node_id: z.string(),
    node_kind: z.string(),
    operation: z.string(),
    source: z.enum(['outcome', 'decision', 'span']),
    governed: field.flag,
    verdict: field.verdict,
    status: field.stepStatus,
    executed: field.flag,
    blocked: field.flag,
    block_check: z.string(),
    block_reason: z.string(),
    block_rule: z.string(),
    checks: z.array(check),
    step_index: field.maybeNumber,
    visit: field.count,
    start_time: field.timestamp,
    end_time: field.timestamp,
    timestamp: field.timestamp,
    duration_ms: field.milliseconds,
    input_tokens: field.tokens,
    output_tokens: field.tokens,
    tokens_used: field.tokens,
    cache_read_tokens: field.tokens,
    cache_write_tokens: field.tokens,
    reasoning_tokens: field.tokens,
    cost_usd: field.usd,
    cost_source: z.string(),
    price_version: z.string(),
    carbon_gco2: field.grams,
    carbon_method: z.string(),
    call_count: field.count,
    confidence: field.maybeNumber,
    agent_name: z.string(),
    agent_id: z.string(),
    workflow_name: z.string(),
    model: z.string(),
    provider: z.string(),
    tool_name: z.string(),
    tool_call_id: z.string(),
    conversation_id: z.string(),
    user_digest: z.string(),
    identity_subject: z.string(),
    identity_method: z.string(),
    policy_id: z.string(),
    policy_version: z.string(),
    compliance_profile: z.string(),
    risk_tier: field.maybeNumber,
    taint_labels: field.names,
    budget_limit_usd: field.usd,
    budget_spent_usd: field.usd,
    budget_remaining_usd: field.usd,
    sla_target_ms: field.maybeNumber,
    sla_met: z.boolean().nullable(),
    input_digest: z.string(),
    output_digest: z.string(),
    state_digest: z.string(),
    edge_from: field.names,
    edge_outcome: z.string(),
    parent_run_id: z.string(),
    parent_step_id: z.string(),
    error_type: z.string(),
    error_message: z.string(),
    trace_id: z.string(),
    span_id: z.string(),
    parent_span_id: z.string(),
    span_name: z.string(),
    service_name: z.string(),
    chain_producer: z.string(),
    chain_seq: field.decimalString.nullable(),
    anomalies: field.names,
    origin: field.count,
    cursor: field.decimalString,
    received_at: field.timestamp,
  })
  .meta({ id: 'Step' });

/** A step as the API gives it. */
export const stepSchema: z.ZodType = step;

/** A step with the content behind its digests, when that was asked for. */
export const attemptSchema: z.ZodType = step
  .extend({ content: z.object({ input: contentSchema, output: contentSchema, state: contentSchema }).optional() })
  .meta({ id: 'StepAttempt' });

/** The columns of `stepSchema` in the view `steps`. */
export const stepColumns: Sql = columns(Object.keys(step.shape), ['chain_seq', 'cursor']);
