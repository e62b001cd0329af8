-- One row a step and attempt: governed steps, and recognised operations without a governed step above them (verdict null).
-- A step that was decided, has no outcome and whose run has ended is lost. Order within a run: start_time, then cursor.
-- example: SELECT agent_name, model, count() AS steps, sum(tokens_used) AS tokens, sum(cost_usd) AS cost_usd FROM steps
-- example: WHERE start_time > now() - INTERVAL 1 DAY GROUP BY agent_name, model ORDER BY cost_usd DESC
CREATE OR REPLACE VIEW steps
(
    tenant LowCardinality(String) COMMENT 'Tenant of the step',
    run_id String COMMENT 'Run of the step',
    step_id String COMMENT 'Step id; the span id of an ungoverned step',
    attempt UInt32 COMMENT 'Attempt, from 1',
    node_id LowCardinality(String) COMMENT 'Node of the graph at which the step ran',
    node_kind LowCardinality(String) COMMENT 'Kind of the node, for example model, tool, agent, workflow, human',
    operation LowCardinality(String) COMMENT 'Operation such as chat, execute_tool; empty when none',
    source LowCardinality(String) COMMENT 'outcome, decision (no outcome seen yet) or span (only names a step)',
    governed Bool COMMENT 'True when the step went through the checks',
    verdict LowCardinality(Nullable(String)) COMMENT 'commit, reject or escalate; null for an ungoverned step',
    status LowCardinality(String) COMMENT 'completed, failed, blocked, paused, skipped, cancelled, running or lost',
    executed Bool COMMENT 'True when the node was run; a step blocked before execution was not',
    blocked Bool COMMENT 'True when a check blocked the step',
    block_check LowCardinality(String) COMMENT 'Check that blocked it',
    block_reason String COMMENT 'Why it was blocked',
    block_rule LowCardinality(String) COMMENT 'Rule that blocked it',
    checks Array(Tuple(name String, outcome String, reason String, duration_us Nullable(Float64))) COMMENT 'Checks in their order: outcome is pass, warn, deny, escalate, skip or error; reason empty and duration null when left out',
    step_index Nullable(UInt32) COMMENT 'Position in the run as the app counts; null when not said',
    visit UInt32 COMMENT 'Which visit of the node in a loop, from 1',
    start_time DateTime64(9, 'UTC') COMMENT 'Start of the step',
    end_time DateTime64(9, 'UTC') COMMENT 'End of the step',
    timestamp DateTime64(9, 'UTC') COMMENT 'The same as end_time: when the step was recorded',
    duration_ms Float64 COMMENT 'End minus start, milliseconds; 0 without an outcome',
    input_tokens Nullable(UInt64) COMMENT 'Input tokens of the step and its calls, cached ones included; null when not said',
    output_tokens Nullable(UInt64) COMMENT 'Output tokens of the step and its calls; null when not said',
    tokens_used Nullable(UInt64) COMMENT 'Input plus output tokens; null when neither was said',
    cache_read_tokens Nullable(UInt64) COMMENT 'Input tokens read from the cache; null when not said',
    cache_write_tokens Nullable(UInt64) COMMENT 'Input tokens written to the cache; null when not said',
    reasoning_tokens Nullable(UInt64) COMMENT 'Output tokens spent on reasoning; null when not said',
    cost_usd Nullable(Decimal(18, 9)) COMMENT 'Cost in US dollars; null when not said',
    cost_source LowCardinality(String) COMMENT 'Who computed the cost',
    carbon_gco2 Nullable(Float64) COMMENT 'Carbon in grams of CO2 equivalent; null when not said',
    carbon_method LowCardinality(String) COMMENT 'How the carbon was computed',
    call_count UInt32 COMMENT 'Model and tool calls below the step',
    confidence Nullable(Float64) COMMENT 'How sure the node was, 0 to 1; null when not said',
    agent_name LowCardinality(String) COMMENT 'Agent',
    agent_id LowCardinality(String) COMMENT 'Agent id',
    workflow_name LowCardinality(String) COMMENT 'Workflow',
    model LowCardinality(String) COMMENT 'Model that answered, else the one asked for',
    provider LowCardinality(String) COMMENT 'Provider of the model',
    tool_name LowCardinality(String) COMMENT 'Tool',
    tool_call_id String COMMENT 'Id of the tool call',
    conversation_id String COMMENT 'Conversation or session',
    user_digest String COMMENT 'User, by digest',
    identity_subject LowCardinality(String) COMMENT 'Who the step ran as',
    identity_method LowCardinality(String) COMMENT 'How that identity was proved',
    policy_id LowCardinality(String) COMMENT 'Policy that was applied',
    policy_version LowCardinality(String) COMMENT 'Version of that policy',
    compliance_profile LowCardinality(String) COMMENT 'Compliance profile that was applied',
    risk_tier Nullable(UInt8) COMMENT '1 read only, 2 internal, 3 external, 4 irreversible; null when not said',
    taint_labels Array(LowCardinality(String)) COMMENT 'Labels of untrusted data in the input',
    budget_limit_usd Nullable(Decimal(18, 9)) COMMENT 'Budget in US dollars; null when none',
    budget_spent_usd Nullable(Decimal(18, 9)) COMMENT 'Spent of the budget after the step; null when none',
    budget_remaining_usd Nullable(Decimal(18, 9)) COMMENT 'Left of the budget after the step; null when none',
    sla_target_ms Nullable(Float64) COMMENT 'Service level target, milliseconds; null when none',
    sla_met Nullable(Bool) COMMENT 'Whether the target was met; null when there is none',
    input_digest String COMMENT 'Input, by digest; empty when not said',
    output_digest String COMMENT 'Output, by digest; empty when not said',
    state_digest String COMMENT 'State after the step, by digest; empty when not said',
    edge_from Array(LowCardinality(String)) COMMENT 'Nodes that led to this one',
    edge_outcome LowCardinality(String) COMMENT 'Outcome of those nodes by which the step was reached; empty when not said',
    parent_run_id String COMMENT 'Run of the enclosing step where it is another; empty otherwise',
    parent_step_id String COMMENT 'Nearest step around this one, whatever spans stand between; empty for none',
    linked_spans Array(String) COMMENT 'Spans that spans of the step link to: trace id and span id in one, 48 hex digits',
    linkable_spans Array(String) COMMENT 'Spans of the step, besides its own, that links are known or likely to name',
    error_type LowCardinality(String) COMMENT 'Type of the error of a failed step',
    error_message String COMMENT 'Message of the error of a failed step',
    trace_id String COMMENT 'Trace of the step, 32 lower-case hex digits; empty when none',
    span_id String COMMENT 'Span of the step, 16 lower-case hex digits; empty when none',
    parent_span_id String COMMENT 'Parent of that span; empty for a root',
    span_name LowCardinality(String) COMMENT 'Name of that span',
    service_name LowCardinality(String) COMMENT 'service.name of the resource',
    chain_producer LowCardinality(String) COMMENT 'Producer that numbers its records',
    chain_seq Nullable(UInt64) COMMENT 'That producer''s number; null when none',
    anomalies Array(LowCardinality(String)) COMMENT 'What is odd about the times',
    event_date Date COMMENT 'Day of the start, the partition',
    origin UInt16 COMMENT 'Number of the collector that took the record',
    cursor UInt64 COMMENT 'Position in the ledger',
    received_at DateTime64(9, 'UTC') COMMENT 'When the collector received the record'
)
AS
WITH
    -- Reasons and durations of passed and skipped checks may be left out: then they belong to the other checks, in order.
    arrayCumSum(arrayMap(outcome -> outcome NOT IN ('pass', 'skip'), checks_outcome)) AS rank_of_check,
    arrayMap(
        (position, outcome, rank) -> (
            multiIf(length(checks_reason) >= length(checks_name), position, outcome IN ('pass', 'skip'), 0, rank),
            multiIf(length(checks_duration_us) >= length(checks_name), position, outcome IN ('pass', 'skip'), 0, rank)
        ),
        arrayEnumerate(checks_name),
        arrayResize(checks_outcome, length(checks_name)),
        arrayResize(rank_of_check, length(checks_name))
    ) AS check_places,
    checks_outcome[indexOf(checks_name, 'execution')] NOT IN ('', 'skip') AS execution_seen
SELECT
    tenant, run_id, step_id, attempt, node_id, node_kind, operation,
    toString(step.source) AS source,
    governed,
    nullIf(step.verdict, '') AS verdict,
    if(step.source = 'decision' AND step.status = 'running' AND run.open_steps > 0, 'lost', step.status) AS status,
    CAST(
        step.source != 'decision' AND (
            step.status NOT IN ('blocked', 'paused', 'skipped')
            OR execution_seen
            OR block_check IN ('execution', 'output_guardrail', 'audit', 'sla')
        ) AS Bool
    ) AS executed,
    blocked, block_check, block_reason, block_rule,
    arrayMap(
        (name, outcome, place) -> (
            name,
            outcome,
            if(place.1 = 0, '', checks_reason[place.1]),
            if(place.2 = 0, NULL, arrayElementOrNull(checks_duration_us, place.2))
        ),
        checks_name,
        arrayResize(checks_outcome, length(checks_name)),
        check_places
    ) AS checks,
    step_index, visit, start_time, end_time, end_time AS timestamp, duration_ms,
    input_tokens, output_tokens,
    if(input_tokens IS NULL AND output_tokens IS NULL, NULL, ifNull(input_tokens, 0) + ifNull(output_tokens, 0)) AS tokens_used,
    cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_usd, cost_source,
    carbon_gco2e AS carbon_gco2, carbon_method, call_count, confidence,
    agent_name, agent_id, workflow_name, model, provider, tool_name, tool_call_id, conversation_id, user_digest,
    identity_subject, identity_method, policy_id, policy_version, compliance_profile, risk_tier, taint_labels,
    budget_limit_usd, budget_spent_usd, budget_remaining_usd, sla_target_ms, sla_met,
    input_digest, output_digest, state_digest, edge_from, edge_outcome,
    parent_run_id, parent_step_id, linked_spans, linkable_spans, error_type, error_message,
    if(step.trace_id = toFixedString('', 16), '', lower(hex(step.trace_id))) AS trace_id,
    if(step.span_id = toFixedString('', 8), '', lower(hex(step.span_id))) AS span_id,
    if(step.parent_span_id = toFixedString('', 8), '', lower(hex(step.parent_span_id))) AS parent_span_id,
    span_name, service_name, chain_producer, chain_seq, anomalies, event_date, origin, cursor, received_at
FROM step_rows AS step FINAL
LEFT JOIN (SELECT tenant, run_id, open_steps FROM runs WHERE ended AND open_steps > 0) AS run USING (tenant, run_id);
