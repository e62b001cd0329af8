-- SLA: one row a tenant, agent and node: latency and errors of the executed steps, and how often windows broke their target; the worst
-- first. Percentiles are of the whole period and exact. Targets are those that apply now; windows are those that touch the period.
-- Parameters: from and to. The period is that of the steps' start: from is in it, to is not; UTC.
-- The command line:   spanledger report sla --from 2026-11-01 --to 2026-12-01
-- clickhouse-client:  clickhouse-client --user reader --database spanledger --param_from='2026-11-01 00:00:00' \
--                       --param_to='2026-12-01 00:00:00' --queries-file sla.sql --format PrettyCompact
-- HTTP:               curl --data-binary @sla.sql \
--                       'http://reader@127.0.0.1:8123/?database=spanledger&param_from=2026-11-01+00:00:00&param_to=2026-12-01+00:00:00'
WITH
    period_steps AS
    (
        SELECT
            tenant, agent_name, node_id,
            count() AS steps,
            countIf(failed) AS errors,
            quantilesExactInclusive(0.5, 0.95, 0.99)(duration_ms) AS percentiles,
            countIf(sla_met) AS met,
            countIf(NOT sla_met) AS missed
        FROM executed_steps
        WHERE start_time >= {from:DateTime64(3, 'UTC')}
            AND start_time < {to:DateTime64(3, 'UTC')}
            AND (
                event_date BETWEEN toDate({from:DateTime64(3, 'UTC')}) AND toDate({to:DateTime64(3, 'UTC')})
                OR event_date = '1970-01-01'
            )
        GROUP BY tenant, agent_name, node_id
    ),
    period_windows AS
    (
        SELECT
            tenant, agent_name, node_id,
            countIf(target_id != '') AS windows,
            countIf(breached) AS breached_windows,
            arraySort(groupUniqArrayArray(breaches)) AS broken,
            any(target_p50_ms) AS target_p50_ms,
            any(target_p95_ms) AS target_p95_ms,
            any(target_p99_ms) AS target_p99_ms,
            any(target_error_rate) AS target_error_rate
        FROM sla
        WHERE window_start + toIntervalSecond(window_seconds) > {from:DateTime64(3, 'UTC')}
            AND window_start < {to:DateTime64(3, 'UTC')}
            AND (
                event_date BETWEEN toDate({from:DateTime64(3, 'UTC')}) AND toDate({to:DateTime64(3, 'UTC')})
                OR event_date = '1970-01-01'
            )
        GROUP BY tenant, agent_name, node_id
    )
SELECT
    tenant, agent_name, node_id, steps, errors,
    round(errors / steps, 6) AS error_rate,
    target_error_rate,
    round(percentiles[1], 3) AS p50_ms,
    target_p50_ms,
    round(percentiles[2], 3) AS p95_ms,
    target_p95_ms,
    round(percentiles[3], 3) AS p99_ms,
    target_p99_ms,
    windows AS windows_with_target,
    breached_windows,
    broken AS breaches,
    met AS steps_met,
    missed AS steps_missed
FROM period_steps
LEFT JOIN period_windows USING (tenant, agent_name, node_id)
ORDER BY breached_windows DESC, steps_missed DESC, p95_ms DESC, tenant, agent_name, node_id
