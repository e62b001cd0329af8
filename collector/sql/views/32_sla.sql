-- One row a window of an agent and node: how long its executed steps took, how many failed, and whether that breaks the target that
-- applies (see sla_targets). Windows are as long as that target says, else an hour, and begin at multiples of it after midnight UTC. A value at
-- its target meets it; fewer steps than target_min_count are no breach. Percentiles are exact: linear interpolation, inclusive,
-- rounded to the nanosecond. To read the days of a range only, filter event_date too. Steps that started far from their arrival
-- (event_date 1970-01-01) have rows of their own.
-- example: SELECT window_start, agent_name, node_id, count, p95_ms, target_p95_ms, breaches FROM sla
-- example: WHERE event_date >= today() - 1 ORDER BY breached DESC, window_start DESC LIMIT 20
CREATE OR REPLACE VIEW sla
(
    tenant LowCardinality(String) COMMENT 'Tenant of the steps',
    agent_name LowCardinality(String) COMMENT 'Agent; empty for steps of none',
    node_id LowCardinality(String) COMMENT 'Node of the graph',
    window_start DateTime64(9, 'UTC') COMMENT 'Start of the window',
    window_seconds UInt32 COMMENT 'Length of the window, seconds',
    event_date Date COMMENT 'Day of the window, the partition',
    count UInt64 COMMENT 'Executed steps that started in the window, one for each attempt',
    error_count UInt64 COMMENT 'Those of the steps that failed',
    error_rate Float64 COMMENT 'error_count divided by count',
    p50_ms Float64 COMMENT 'Median duration, milliseconds',
    p95_ms Float64 COMMENT '95th percentile, milliseconds',
    p99_ms Float64 COMMENT '99th percentile, milliseconds',
    min_ms Float64 COMMENT 'Shortest duration, milliseconds',
    max_ms Float64 COMMENT 'Longest duration, milliseconds',
    mean_ms Float64 COMMENT 'Mean duration, milliseconds',
    sla_met_count UInt64 COMMENT 'Steps that met a target of their own (sla_target_ms)',
    sla_missed_count UInt64 COMMENT 'Steps that missed a target of their own',
    target_id String COMMENT 'Target that applies; empty when none',
    target_p50_ms Nullable(Float64) COMMENT 'Its target for the median; null when none',
    target_p95_ms Nullable(Float64) COMMENT 'Its target for the 95th percentile; null when none',
    target_p99_ms Nullable(Float64) COMMENT 'Its target for the 99th percentile; null when none',
    target_error_rate Nullable(Float64) COMMENT 'Its target for the error rate; null when none',
    target_min_count UInt32 COMMENT 'Steps that it needs before a window can be a breach; 0 when no target applies',
    breached Bool COMMENT 'True when the window breaks its target',
    breaches Array(String) COMMENT 'What breaks it: p50, p95, p99, error_rate'
)
AS
WITH
    (
        SELECT groupArray(CAST(
            (tenant, agent_name, node_id, target_id, window_seconds, p50_ms, p95_ms, p99_ms, error_rate, min_count)
            AS Tuple(tenant String, agent_name String, node_id String, target_id String, window_seconds UInt32,
                p50_ms Nullable(Float64), p95_ms Nullable(Float64), p99_ms Nullable(Float64),
                error_rate Nullable(Float64), min_count UInt32)
        ))
        FROM (SELECT * FROM sla_targets WHERE enabled ORDER BY rank DESC, source, updated_at DESC, target_id)
    ) AS targets,
    arrayDistinct(arrayConcat([toUInt32(3600)], targets.window_seconds)) AS lengths,
    arrayFirst(
        one -> one.tenant = tenant AND one.agent_name IN ('', agent_name) AND one.node_id IN ('', node_id), targets
    ) AS target
SELECT
    tenant, agent_name, node_id, window_start, window_seconds, event_date,
    count, error_count, error_count / count AS error_rate,
    round(percentiles[1], 6) AS p50_ms, round(percentiles[2], 6) AS p95_ms, round(percentiles[3], 6) AS p99_ms,
    min_ms, max_ms, round(mean, 6) AS mean_ms, sla_met_count, sla_missed_count,
    target.target_id AS target_id, target.p50_ms AS target_p50_ms, target.p95_ms AS target_p95_ms,
    target.p99_ms AS target_p99_ms, target.error_rate AS target_error_rate, target.min_count AS target_min_count,
    CAST(notEmpty(breaches) AS Bool) AS breached,
    arrayFilter(x -> x != '' AND count >= target.min_count, [
        if(p50_ms > target.p50_ms, 'p50', ''), if(p95_ms > target.p95_ms, 'p95', ''),
        if(p99_ms > target.p99_ms, 'p99', ''), if(error_rate > target.error_rate, 'error_rate', '')
    ]) AS breaches
FROM
(
    SELECT
        tenant, agent_name, node_id, event_date,
        window_seconds,
        fromUnixTimestamp64Second(
            intDiv(toUnixTimestamp64Second(start_time), window_seconds) * window_seconds, 'UTC'
        ) AS window_start,
        count() AS count, countIf(failed) AS error_count,
        quantilesExactInclusive(0.5, 0.95, 0.99)(duration_ms) AS percentiles,
        min(duration_ms) AS min_ms, max(duration_ms) AS max_ms, avg(duration_ms) AS mean,
        countIf(sla_met) AS sla_met_count, countIf(NOT sla_met) AS sla_missed_count
    FROM executed_steps
    ARRAY JOIN lengths AS window_seconds
    GROUP BY tenant, agent_name, node_id, event_date, window_seconds, window_start
)
-- With the count in it the condition is asked of windows; ClickHouse would else ask it of each step.
WHERE window_seconds = if(count = 0 OR target.target_id = '', 3600, target.window_seconds);
