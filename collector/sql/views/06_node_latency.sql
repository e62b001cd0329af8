-- One row a run and node: how long its executed steps took. Failed steps count; steps without an outcome and steps that never
-- executed (blocked, paused or skipped before it) do not. Percentiles are exact: linear interpolation, inclusive,
-- rounded to the nanosecond.
-- example: SELECT node_id, count, p50_ms, p95_ms, p99_ms, error_count FROM node_latency
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs) ORDER BY p95_ms DESC
CREATE OR REPLACE VIEW node_latency
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run',
    node_id LowCardinality(String) COMMENT 'Node of the graph',
    count UInt64 COMMENT 'Executed steps, one for each attempt: the size of the sample',
    p50_ms Float64 COMMENT 'Median duration, milliseconds',
    p95_ms Float64 COMMENT '95th percentile, milliseconds',
    p99_ms Float64 COMMENT '99th percentile, milliseconds',
    min_ms Float64 COMMENT 'Shortest duration, milliseconds',
    max_ms Float64 COMMENT 'Longest duration, milliseconds',
    mean_ms Float64 COMMENT 'Mean duration, milliseconds',
    error_count UInt64 COMMENT 'Those of the steps that failed'
)
AS
WITH quantilesExactInclusive(0.5, 0.95, 0.99)(duration_ms) AS percentiles
SELECT
    tenant,
    run_id,
    node_id,
    count() AS count,
    round(percentiles[1], 6) AS p50_ms,
    round(percentiles[2], 6) AS p95_ms,
    round(percentiles[3], 6) AS p99_ms,
    min(duration_ms) AS min_ms,
    max(duration_ms) AS max_ms,
    round(avg(duration_ms), 6) AS mean_ms,
    countIf(failed) AS error_count
FROM executed_steps
GROUP BY tenant, run_id, node_id;
