-- One row a step and attempt, as in audit_trail but for its status: a step without an outcome is running, though its run may have ended.
-- Of the days that a run has steps on, filter event_date: each is a partition. Order within a run: start_time, then cursor.
-- example: SELECT timestamp, node_id, verdict, status FROM audit_records WHERE event_date = today() ORDER BY start_time, cursor LIMIT 20
CREATE OR REPLACE VIEW audit_records
(
    tenant LowCardinality(String) COMMENT 'Tenant of the step',
    run_id String COMMENT 'Run of the step',
    step_id String COMMENT 'Step id; the span id of an ungoverned step',
    attempt UInt32 COMMENT 'Attempt, from 1',
    node_id LowCardinality(String) COMMENT 'Node of the graph at which the step ran',
    verdict LowCardinality(Nullable(String)) COMMENT 'commit, reject or escalate; null for an ungoverned step',
    status LowCardinality(String) COMMENT 'As the records say: completed, failed, blocked, paused, skipped, cancelled or running',
    timestamp DateTime64(9, 'UTC') COMMENT 'End of the step',
    start_time DateTime64(9, 'UTC') COMMENT 'Start of the step',
    blocked Bool COMMENT 'True when a check blocked the step',
    block_check LowCardinality(String) COMMENT 'Check that blocked it',
    block_reason String COMMENT 'Why it was blocked',
    block_rule LowCardinality(String) COMMENT 'Rule that blocked it',
    cost_usd Nullable(Decimal(18, 9)) COMMENT 'Cost in US dollars; null when not said',
    tokens_used Nullable(UInt64) COMMENT 'Input plus output tokens; null when neither was said',
    governed Bool COMMENT 'True when the step went through the checks',
    agent_name LowCardinality(String) COMMENT 'Agent',
    identity_subject LowCardinality(String) COMMENT 'Who the step ran as',
    policy_id LowCardinality(String) COMMENT 'Policy that was applied',
    policy_version LowCardinality(String) COMMENT 'Version of that policy',
    cursor UInt64 COMMENT 'Position in the ledger',
    source LowCardinality(String) COMMENT 'outcome, decision (no outcome seen yet) or span (only names a step)',
    workflow_name LowCardinality(String) COMMENT 'Workflow; empty when none',
    violation_count UInt16 COMMENT 'Checks that denied; 1 for a block that names none',
    violations Array(Tuple(check_name String, rule_name String, reason String)) COMMENT 'The checks that denied, in order: as in policy_violations',
    executed Bool COMMENT 'True when the node was run; a step blocked before execution was not',
    failed Bool COMMENT 'True when the status is failed',
    duration_ms Float64 COMMENT 'End minus start, milliseconds; 0 without an outcome',
    event_date Date COMMENT 'Day of the start, the partition'
)
AS
-- Not of the view steps, which has four times the columns: they take longer to plan than a run to read.
WITH
    blocked AND empty(denied_checks) AS is_unnamed,
    if(is_unnamed, [block_check], denied_checks) AS denials
SELECT
    tenant, run_id, step_id, attempt, node_id,
    nullIf(step.verdict, '') AS verdict,
    step.status AS status, end_time AS timestamp, start_time, blocked, block_check, block_reason, block_rule, cost_usd,
    if(input_tokens IS NULL AND output_tokens IS NULL, NULL, ifNull(input_tokens, 0) + ifNull(output_tokens, 0)) AS tokens_used,
    governed, agent_name, identity_subject, policy_id, policy_version, cursor, toString(step.source) AS source,
    workflow_name, violation_count,
    arrayMap(
        (denied, denied_reason, is_blocking) -> (
            denied,
            multiIf(is_blocking AND block_rule != '', block_rule, denied != '', denied, policy_id),
            if(is_blocking AND block_reason != '', block_reason, denied_reason)
        ),
        denials,
        if(is_unnamed, [block_reason], denied_reasons),
        arrayMap(
            (denied, position) -> blocked AND if(block_check = '', position = 1, denied = block_check),
            denials,
            arrayEnumerate(denials)
        )
    ) AS violations,
    executed, CAST(step.status = 'failed' AS Bool) AS failed, duration_ms, event_date
FROM step_rows AS step FINAL;
