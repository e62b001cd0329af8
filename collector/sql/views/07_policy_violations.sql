-- One row a check that denied. A step that was blocked without naming such a check is one violation too; a node that throws is none.
-- example: SELECT rule_name, count() AS violations, countIf(blocked) AS blocked, any(reason) AS a_reason FROM policy_violations
-- example: WHERE timestamp > now() - INTERVAL 30 DAY GROUP BY rule_name ORDER BY violations DESC
CREATE OR REPLACE VIEW policy_violations
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
WITH (SELECT groupArray((event_date, version)) FROM rolled_days WHERE source = 'step_rows') AS rolled
SELECT
    tenant, run_id, step_id, attempt, node_id, agent_name, workflow_name, check_name, rule_name, reason, timestamp,
    start_time, blocked, position, cursor, event_date
FROM violation_days
WHERE version IN rolled.2
UNION ALL
SELECT
    tenant, run_id, step_id, attempt, node_id, agent_name, workflow_name, check_name, rule_name, reason, timestamp,
    start_time, blocked, position, cursor, event_date
FROM computed_violations
WHERE event_date NOT IN rolled.1;
