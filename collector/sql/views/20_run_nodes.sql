-- One row a run and node of its graph: where it stands, how often it ran, what it cost. The status is that of the node's latest step and
-- of that step's last attempt. A node that was blocked, failed, was cancelled or lost, and from which nothing went on, is a dead end. A node
-- that was skipped or waited is unreachable when all nodes that lead to it are dead ends or unreachable (32 deep), one that waited also when
-- the run has ended. Percentiles as in node_latency.
-- example: SELECT node_id, node_kind, status, visits, attempts, p95_ms, cost_usd, tokens_used, error_count FROM run_nodes
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs) ORDER BY first_start, node_id
CREATE OR REPLACE VIEW run_nodes
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run',
    node_id LowCardinality(String) COMMENT 'Node of the graph',
    node_kind LowCardinality(String) COMMENT 'Kind of the node, for example model, tool, agent, workflow, human; empty when not known',
    status LowCardinality(String) COMMENT 'completed, failed, blocked, paused, skipped, cancelled, running, lost, waiting, pending, retrying or unreachable',
    current Bool COMMENT 'True where the run is now: it has not ended, and the node runs, is about to run, or waits for a human; in a paused run the last alone',
    dead_end Bool COMMENT 'True for an unreachable node, and for a blocked, failed, cancelled or lost one from which nothing went on',
    visits UInt64 COMMENT 'Steps at the node, whatever their attempts: more than one in a loop or a fan-out',
    attempts UInt32 COMMENT 'Most attempts that one of the steps took',
    step_count UInt64 COMMENT 'Steps, one for each attempt',
    count UInt64 COMMENT 'Those that were executed: the size of the sample of the percentiles',
    p50_ms Nullable(Float64) COMMENT 'Median duration, milliseconds; null when none was executed',
    p95_ms Nullable(Float64) COMMENT '95th percentile, milliseconds',
    p99_ms Nullable(Float64) COMMENT '99th percentile, milliseconds',
    min_ms Nullable(Float64) COMMENT 'Shortest duration, milliseconds',
    max_ms Nullable(Float64) COMMENT 'Longest duration, milliseconds',
    mean_ms Nullable(Float64) COMMENT 'Mean duration, milliseconds',
    error_count UInt64 COMMENT 'Steps that failed, one for each attempt',
    blocked_count UInt64 COMMENT 'Steps that a check blocked',
    violation_count UInt64 COMMENT 'Checks that denied',
    input_tokens Nullable(UInt64) COMMENT 'Input tokens of the steps and their calls, cached ones included; null when not said',
    output_tokens Nullable(UInt64) COMMENT 'Output tokens; null when not said',
    tokens_used Nullable(UInt64) COMMENT 'Input plus output tokens; null when neither was said',
    cost_usd Nullable(Decimal(38, 9)) COMMENT 'Cost in US dollars; null when not said',
    carbon_gco2 Nullable(Float64) COMMENT 'Carbon in grams of CO2 equivalent; null when not said',
    first_start DateTime64(9, 'UTC') COMMENT 'Start of the first step',
    last_end DateTime64(9, 'UTC') COMMENT 'End of the last step known so far'
)
AS
WITH
    node_step AS
    (
        SELECT
            tenant, run_id, node_id, step_id,
            argMax(status, (attempt, cursor)) AS last_status,
            (last_status = 'running', max(visit), max(start_time), step_id) AS place,
            argMax(node_kind, (node_kind != '', attempt)) AS kind,
            max(attempt) AS attempts,
            count() AS attempt_rows,
            groupArrayIf(duration_ms, executed) AS durations,
            countIf(status = 'failed') AS failures,
            countIf(blocked) AS blocks,
            sum(greatest(arrayCount(check -> check.outcome = 'deny', checks), toUInt32(blocked))) AS denials,
            sum(input_tokens) AS input_sum,
            sum(output_tokens) AS output_sum,
            sum(cost_usd) AS cost_sum,
            sumKahan(carbon_gco2) AS carbon_sum,
            groupUniqArrayArray(edge_from) AS sources,
            min(start_time) AS first_start,
            max(end_time) AS last_end
        FROM steps
        GROUP BY tenant, run_id, node_id, step_id
    ),
    node AS
    (
        SELECT
            tenant, run_id, node_id,
            argMax(last_status, place) AS latest,
            countIf(last_status = 'paused') > 0 AS has_paused,
            argMax(kind, (kind != '', place)) AS node_kind,
            count() AS visits,
            max(attempts) AS most_attempts,
            sum(attempt_rows) AS step_count,
            groupArrayArray(durations) AS all_durations,
            sum(failures) AS error_count,
            sum(blocks) AS blocked_count,
            sum(denials) AS violation_count,
            sum(input_sum) AS input_tokens,
            sum(output_sum) AS output_tokens,
            sum(cost_sum) AS cost_usd,
            sumKahan(carbon_sum) AS carbon_gco2,
            arrayFilter(name -> name NOT IN ('', node_id), groupUniqArrayArray(sources)) AS predecessors,
            min(node_step.first_start) AS node_start,
            max(node_step.last_end) AS node_end
        FROM node_step
        GROUP BY tenant, run_id, node_id
    ),
    cut_off AS
    (
        -- Round by round the nodes to which only dead ends lead; in most runs none is idle.
        SELECT
            tenant, run_id,
            groupUniqArrayArrayIf(predecessors, latest NOT IN ('skipped', 'waiting', 'pending')) AS led_on,
            groupArrayIf(toString(node_id), latest IN ('blocked', 'failed', 'cancelled', 'lost')) AS stopped,
            groupArrayIf(
                (toString(node_id), predecessors),
                latest IN ('skipped', 'waiting', 'pending') AND notEmpty(predecessors)
            ) AS idle,
            arrayFold(
                (found, round) -> arrayDistinct(arrayConcat(found, arrayFilter(one -> hasAll(found, one.2), idle).1)),
                range(least(length(idle), 32)),
                arrayFilter(name -> NOT has(led_on, name), stopped)
            ) AS dead_ends
        FROM node
        GROUP BY tenant, run_id
    ),
    arrayReduce('quantilesExactInclusive(0.5, 0.95, 0.99)', all_durations) AS percentiles,
    notEmpty(all_durations) AS sampled
SELECT
    node.tenant AS tenant, node.run_id AS run_id, node.node_id AS node_id, node_kind,
    multiIf(
        latest IN ('skipped', 'waiting', 'pending') AND has(dead_ends, node.node_id), 'unreachable',
        run_status = 'cancelled' AND latest IN ('waiting', 'pending', 'retrying', 'paused'), 'cancelled',
        run_ended AND latest IN ('waiting', 'pending'), 'unreachable',
        run_ended AND latest = 'retrying', 'lost',
        run_status = 'paused' AND has_paused, 'paused',
        latest
    ) AS status,
    CAST(
        NOT run_ended
        AND if(run_status = 'paused', status = 'paused', status IN ('running', 'paused', 'pending', 'retrying')) AS Bool
    ) AS current,
    CAST(status = 'unreachable' OR has(dead_ends, node.node_id) AS Bool) AS dead_end,
    visits, most_attempts AS attempts, step_count, length(all_durations) AS count,
    if(sampled, round(percentiles[1], 6), NULL) AS p50_ms,
    if(sampled, round(percentiles[2], 6), NULL) AS p95_ms,
    if(sampled, round(percentiles[3], 6), NULL) AS p99_ms,
    if(sampled, arrayMin(all_durations), NULL) AS min_ms,
    if(sampled, arrayMax(all_durations), NULL) AS max_ms,
    if(sampled, round(arrayAvg(all_durations), 6), NULL) AS mean_ms,
    error_count, blocked_count, violation_count, input_tokens, output_tokens,
    if(input_tokens IS NULL AND output_tokens IS NULL, NULL, ifNull(input_tokens, 0) + ifNull(output_tokens, 0)) AS tokens_used,
    cost_usd, round(carbon_gco2, 12) AS carbon_gco2, node_start AS first_start, node_end AS last_end
FROM node
LEFT JOIN cut_off USING (tenant, run_id)
LEFT JOIN (SELECT tenant, run_id, status AS run_status, ended AS run_ended FROM runs) AS run USING (tenant, run_id);
