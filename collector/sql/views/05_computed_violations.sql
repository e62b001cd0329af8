-- One row a check that denied, as in policy_violations, which has the same without reading steps of days that are rolled up. By run, this one
-- is faster: it is read by the sorting key of the steps.
-- example: SELECT node_id, rule_name, reason FROM computed_violations WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs)
CREATE OR REPLACE VIEW computed_violations
(
    tenant LowCardinality(String) COMMENT 'Tenant of the step',
    run_id String COMMENT 'Run of the step',
    step_id String COMMENT 'Step id',
    attempt UInt32 COMMENT 'Attempt, from 1',
    node_id LowCardinality(String) COMMENT 'Node of the graph at which the step ran',
    agent_name LowCardinality(String) COMMENT 'Agent; empty when none',
    workflow_name LowCardinality(String) COMMENT 'Workflow; empty when none',
    check_name String COMMENT 'Check that denied; empty when the step does not say',
    rule_name String COMMENT 'Rule that the blocking check applied, else the name of the check, else the policy',
    reason String COMMENT 'Why: the block''s reason for the blocking check, else the check''s reason code',
    timestamp DateTime64(9, 'UTC') COMMENT 'End of the step',
    start_time DateTime64(9, 'UTC') COMMENT 'Start of the step',
    blocked Bool COMMENT 'True when the step was blocked',
    position UInt32 COMMENT 'Which denial of the step, from 1',
    cursor UInt64 COMMENT 'Position of the step in the ledger',
    event_date Date COMMENT 'Day of the start, the partition'
)
AS
SELECT
    tenant, run_id, step_id, attempt, node_id, agent_name, workflow_name,
    violation.check_name AS check_name, violation.rule_name AS rule_name, violation.reason AS reason,
    timestamp, start_time, blocked, position, cursor, event_date
FROM (SELECT * FROM audit_records WHERE violation_count > 0)
ARRAY JOIN violations AS violation, arrayEnumerate(violations) AS position;
