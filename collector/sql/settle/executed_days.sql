-- Rolls up a day of step_rows: the executed steps by time.
INSERT INTO executed_days
SELECT
    {version:UInt64} AS version,
    tenant,
    event_date,
    agent_name,
    node_id,
    workflow_name,
    start_time,
    duration_ms,
    failed,
    sla_met
FROM executed_steps
WHERE event_date = {day:Date}
