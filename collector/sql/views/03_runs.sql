-- One row a run. It has ended by an event that says so, else by the arrival of its root span, else when nothing has arrived for
-- the setting run_idle_seconds (900 when not set): then the end is inferred. Late data opens it again.
-- example: SELECT run_id, status, workflow_name, step_count, total_tokens, total_cost_usd FROM runs ORDER BY start_time DESC LIMIT 20
CREATE OR REPLACE VIEW runs
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run id: spanledger.run.id, else the trace id',
    parent_run_id String COMMENT 'Run that started this one; empty when none',
    status LowCardinality(String) COMMENT 'running, paused, completed, failed or cancelled',
    ended Bool COMMENT 'True when the status is completed, failed or cancelled',
    end_inferred Bool COMMENT 'True when the run counts as ended only because it fell silent',
    workflow_name LowCardinality(String) COMMENT 'Workflow; empty when none was named',
    agent_names Array(LowCardinality(String)) COMMENT 'Agents that took part',
    models Array(LowCardinality(String)) COMMENT 'Models that were called',
    service_names Array(LowCardinality(String)) COMMENT 'Services that sent data of the run',
    conversation_ids Array(String) COMMENT 'Conversations or sessions that the run is part of',
    trace_ids Array(String) COMMENT 'Traces of the run, 32 lower-case hex digits each',
    verdicts Array(LowCardinality(String)) COMMENT 'Distinct verdicts of its steps',
    node_ids Array(LowCardinality(String)) COMMENT 'Nodes that its steps ran at',
    search_text String COMMENT 'What a text search looks in: ids and names of run, workflow, agents, nodes, models',
    start_time DateTime64(9, 'UTC') COMMENT 'Earliest start known',
    end_time DateTime64(9, 'UTC') COMMENT 'Latest end known so far',
    duration_ms Float64 COMMENT 'end_time minus start_time, milliseconds',
    step_count UInt32 COMMENT 'Steps, one for each attempt',
    node_count UInt32 COMMENT 'Distinct nodes of its steps',
    span_count UInt32 COMMENT 'Spans, steps or not',
    blocked_steps UInt32 COMMENT 'Steps that a check blocked',
    failed_steps UInt32 COMMENT 'Steps that failed',
    open_steps UInt32 COMMENT 'Steps that were decided and have no outcome',
    violation_count UInt32 COMMENT 'Checks that denied',
    input_tokens UInt64 COMMENT 'Input tokens, cached ones included, each counted once; 0 when none were said',
    output_tokens UInt64 COMMENT 'Output tokens, each counted once; 0 when none were said',
    total_tokens UInt64 COMMENT 'input_tokens plus output_tokens',
    total_cost_usd Decimal(38, 9) COMMENT 'Cost in US dollars, each call counted once',
    total_carbon_gco2 Float64 COMMENT 'Carbon in grams of CO2 equivalent',
    mean_confidence Nullable(Float64) COMMENT 'Mean of the steps'' confidences; null when none stated one',
    last_received_at DateTime64(9, 'UTC') COMMENT 'When the last record of the run arrived'
)
AS
WITH
    (SELECT toUInt32OrNull(argMax(value, updated_at)) FROM settings WHERE name = 'run_idle_seconds') AS idle_setting
SELECT
    tenant, run_id, parent_run_id,
    multiIf(
        paused AND ended_by != 'event', 'paused',
        NOT has_ended, 'running',
        ended_status IN ('completed', 'failed', 'cancelled'), ended_status,
        'completed'
    ) AS status,
    CAST(has_ended AS Bool) AS ended,
    CAST(has_ended AND ended_by = '' AS Bool) AS end_inferred,
    workflow_name, agent_names, models, service_names, conversation_ids,
    arrayMap(id -> lower(hex(id)), run_rows.trace_ids) AS trace_ids,
    verdicts, node_ids, search_text, start_time, end_time,
    greatest(0, toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)) / 1e6 AS duration_ms,
    step_count, node_count, span_count, blocked_steps, failed_steps, open_steps, violation_count,
    input_tokens, output_tokens, input_tokens + output_tokens AS total_tokens,
    total_cost_usd, total_carbon_gco2e AS total_carbon_gco2, mean_confidence, last_received_at
-- Bound here, since ClickHouse plans a named expression anew wherever its name stands.
FROM
(
    SELECT
        *,
        ended_by = 'event' OR (
            NOT paused
            AND (ended_by = 'root' OR last_received_at < now64(9) - toIntervalSecond(ifNull(idle_setting, 900)))
        ) AS has_ended
    FROM run_rows FINAL
) AS run_rows;
