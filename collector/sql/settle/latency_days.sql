-- Rolls up a day of step_rows: how long executed steps took.
INSERT INTO latency_days
SELECT
    {version:UInt64} AS version,
    tenant,
    event_date,
    agent_name,
    node_id,
    count() AS count,
    countIf(failed) AS error_count,
    min(duration_ms) AS min_ms,
    max(duration_ms) AS max_ms,
    sumKahan(duration_ms) AS total_ms,
    countIf(sla_met) AS sla_met_count,
    countIf(NOT sla_met) AS sla_missed_count,
    quantilesDDState(0.01, 0.5, 0.95, 0.99)(duration_ms) AS durations
FROM executed_steps
WHERE event_date = {day:Date}
GROUP BY tenant, event_date, agent_name, node_id
