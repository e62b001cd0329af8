-- One row a verdict of a guardrail outside of the governed checks: a span whose operation is guardrail, or a security finding event.
-- The checks of governed steps are in steps, their denials in policy_violations.
-- example: SELECT guardrail_name, outcome, count() AS verdicts FROM guardrails
-- example: WHERE timestamp > now() - INTERVAL 7 DAY GROUP BY guardrail_name, outcome ORDER BY guardrail_name, outcome
CREATE OR REPLACE VIEW guardrails
(
    tenant LowCardinality(String) COMMENT 'Tenant of the record',
    run_id String COMMENT 'Run of the record',
    step_id String COMMENT 'Governed step that the record names; empty when none',
    trace_id String COMMENT 'Trace of the verdict, 32 lower-case hex digits; empty when none',
    span_id String COMMENT 'Span of the verdict, or that the finding names, 16 lower-case hex digits; empty when none',
    guardrail_name String COMMENT 'Name of the guardrail; else the span''s name',
    outcome String COMMENT 'allow, deny, warn or modify, another word as sent; empty when not said',
    action String COMMENT 'What the caller did about it, as sent, for example block; empty when not said',
    reason String COMMENT 'Code or words of the verdict; empty when not said',
    policy_id String COMMENT 'Policy that was applied; empty when not said',
    rule_id String COMMENT 'Rule of that policy; empty when not said',
    target_type String COMMENT 'What was looked at, for example llm_input; empty when not said',
    duration_ms Nullable(Float64) COMMENT 'How long the guardrail took, milliseconds; null for a finding',
    source LowCardinality(String) COMMENT 'event or span: which kind of record said it',
    timestamp DateTime64(9, 'UTC') COMMENT 'Time of the event, or end of the span',
    cursor UInt64 COMMENT 'Position of the record in the ledger'
)
AS
WITH
    -- Keys in order: today's proposal (semantic-conventions-genai 427), the one before (semantic-conventions 3233), OpenLLMetry,
    -- OpenInference.
    (map, keys) -> map[arrayFirst(key -> map[key] != '', arrayConcat(keys, ['']))] AS first_of,
    first_of(attributes, [
        'gen_ai.security.guardrail.name', 'gen_ai.guardian.name', 'gen_ai.guardrail.name', 'gen_ai.security.guardrail.id'
    ]) AS given_name,
    lower(first_of(attributes, [
        'gen_ai.security.verdict.type', 'gen_ai.security.decision.type', 'gen_ai.guardrail.status', 'gen_ai.guardrail.triggered',
        'guardrail.triggered'
    ])) AS verdict_word
SELECT
    tenant, run_id, step_id,
    trace_id, span_id,
    if(given_name != '' OR source = 'event', given_name, record.name) AS guardrail_name,
    transform(
        verdict_word,
        ['passed', 'pass', 'success', 'false', 'failed', 'fail', 'failure', 'blocked', 'block', 'true'],
        ['allow', 'allow', 'allow', 'allow', 'deny', 'deny', 'deny', 'deny', 'deny', 'deny'],
        verdict_word
    ) AS outcome,
    first_of(attributes, ['gen_ai.security.action.type', 'gen_ai.guardrail.action']) AS action,
    first_of(attributes, [
        'gen_ai.security.verdict.reason', 'gen_ai.security.verdict.code', 'gen_ai.security.decision.reason',
        'gen_ai.security.decision.code', 'gen_ai.guardrail.violation_type', 'gen_ai.guardrail.error.message'
    ]) AS reason,
    first_of(attributes, ['gen_ai.security.policy.id', 'gen_ai.security.policy.name', 'gen_ai.guardrail.policy_id']) AS policy_id,
    attributes['gen_ai.security.policy.rule.id'] AS rule_id,
    attributes['gen_ai.security.target.type'] AS target_type,
    duration_ms, source, timestamp, cursor
FROM
(
    SELECT
        tenant, run_id, step_id,
        lower(hex(span_rows.trace_id)) AS trace_id,
        lower(hex(span_rows.span_id)) AS span_id,
        name, attributes,
        toFloat64(end_time_unix_nano - least(start_time_unix_nano, end_time_unix_nano)) / 1e6 AS duration_ms,
        'span' AS source, end_time AS timestamp, cursor
    FROM span_rows FINAL
    WHERE operation = 'guardrail'
    UNION ALL
    SELECT
        tenant, run_id, step_id, trace_id, span_id, name, attributes,
        NULL AS duration_ms,
        'event' AS source, time AS timestamp, cursor
    FROM events
    WHERE name IN ('gen_ai.security.finding', 'gen_ai.guardrail.security.finding')
) AS record;
