-- One row a run: its totals.
-- example: SELECT * FROM workflow_summary WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs)
CREATE OR REPLACE VIEW workflow_summary
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run',
    workflow_name LowCardinality(String) COMMENT 'Workflow; empty when none was named',
    status LowCardinality(String) COMMENT 'running, paused, completed, failed or cancelled',
    end_inferred Bool COMMENT 'True when the run counts as ended only because it fell silent',
    step_count UInt32 COMMENT 'Steps, one for each attempt',
    node_count UInt32 COMMENT 'Distinct nodes of its steps',
    total_cost_usd Decimal(38, 9) COMMENT 'Cost in US dollars, each call counted once',
    total_tokens UInt64 COMMENT 'Input plus output tokens, each counted once',
    total_carbon_gco2 Float64 COMMENT 'Carbon in grams of CO2 equivalent',
    mean_confidence Nullable(Float64) COMMENT 'Mean of the steps'' confidences; null when none stated one',
    blocked_steps UInt32 COMMENT 'Steps that a check blocked',
    failed_steps UInt32 COMMENT 'Steps that failed',
    violation_count UInt32 COMMENT 'Checks that denied',
    start_time DateTime64(9, 'UTC') COMMENT 'Earliest start known',
    end_time DateTime64(9, 'UTC') COMMENT 'Latest end known so far',
    duration_ms Float64 COMMENT 'end_time minus start_time, milliseconds'
)
AS
SELECT
    tenant, run_id, workflow_name, status, end_inferred, step_count, node_count,
    total_cost_usd, total_tokens, total_carbon_gco2, mean_confidence,
    blocked_steps, failed_steps, violation_count, start_time, end_time, duration_ms
FROM runs;
