-- One row an executed step: what latencies and error rates are computed of. Failed steps are in it; steps without an outcome and
-- steps that never executed (blocked, paused or skipped before it) are not. To read the days of a range only, filter event_date too;
-- a step that started far from its arrival has the event_date 1970-01-01.
-- example: SELECT agent_name, count() AS steps, quantileExactInclusive(0.95)(duration_ms) AS p95_ms FROM executed_steps
-- example: WHERE event_date >= today() - 1 AND start_time > now() - INTERVAL 1 DAY GROUP BY agent_name ORDER BY p95_ms DESC
CREATE OR REPLACE VIEW executed_steps
(
    tenant LowCardinality(String) COMMENT 'Tenant of the step',
    run_id String COMMENT 'Run of the step',
    step_id String COMMENT 'Step id; the span id of an ungoverned step',
    attempt UInt32 COMMENT 'Attempt, from 1',
    agent_name LowCardinality(String) COMMENT 'Agent; empty when none',
    node_id LowCardinality(String) COMMENT 'Node of the graph at which the step ran',
    workflow_name LowCardinality(String) COMMENT 'Workflow; empty when none',
    start_time DateTime64(9, 'UTC') COMMENT 'Start of the step',
    duration_ms Float64 COMMENT 'End minus start, milliseconds',
    failed Bool COMMENT 'True when the status is failed',
    sla_target_ms Nullable(Float64) COMMENT 'Service level target of the step''s own, milliseconds; null when none',
    sla_met Nullable(Bool) COMMENT 'Whether that target was met; null when there is none',
    event_date Date COMMENT 'Day of the start, the partition'
)
AS
SELECT
    tenant, run_id, step_id, attempt, agent_name, node_id, workflow_name, start_time, duration_ms,
    CAST(status = 'failed' AS Bool) AS failed,
    sla_target_ms, sla_met, event_date
FROM step_rows FINAL
WHERE executed;
