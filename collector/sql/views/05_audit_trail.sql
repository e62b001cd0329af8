-- One row a step and attempt: who did what, under which verdict, at what cost. Order within a run: start_time, then cursor.
-- example: SELECT timestamp, node_id, verdict, status, block_reason, cost_usd, tokens_used FROM audit_trail
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs) ORDER BY start_time, cursor
CREATE OR REPLACE VIEW audit_trail
(
    tenant LowCardinality(String) COMMENT 'Tenant of the step',
    run_id String COMMENT 'Run of the step',
    step_id String COMMENT 'Step id; the span id of an ungoverned step',
    attempt UInt32 COMMENT 'Attempt, from 1',
    node_id LowCardinality(String) COMMENT 'Node of the graph at which the step ran',
    verdict LowCardinality(Nullable(String)) COMMENT 'commit, reject or escalate; null for an ungoverned step',
    status LowCardinality(String) COMMENT 'completed, failed, blocked, paused, skipped, cancelled, running or lost',
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
    violations Array(Tuple(check_name String, rule_name String, reason String)) COMMENT 'The checks that denied, in order: as in policy_violations',
    executed Bool COMMENT 'True when the node was run; a step blocked before execution was not',
    failed Bool COMMENT 'True when the status is failed',
    duration_ms Float64 COMMENT 'End minus start, milliseconds; 0 without an outcome',
    event_date Date COMMENT 'Day of the start, the partition'
)
AS
SELECT
    tenant, run_id, step_id, attempt, node_id, verdict,
    if(source = 'decision' AND step.status = 'running' AND run.open_steps > 0, 'lost', step.status) AS status,
    timestamp, start_time, blocked, block_check, block_reason, block_rule, cost_usd, tokens_used,
    governed, agent_name, identity_subject, policy_id, policy_version, cursor, violations, executed, failed, duration_ms,
    event_date
FROM audit_records AS step
LEFT JOIN (SELECT tenant, run_id, open_steps FROM runs WHERE ended AND open_steps > 0) AS run USING (tenant, run_id);
