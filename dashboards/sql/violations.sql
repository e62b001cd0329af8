-- Policy violations: one row a tenant, rule, check and node whose checks denied; the most frequent first.
-- Parameters: from and to. The period is that of the steps' start: from is in it, to is not; UTC.
-- The command line:   spanledger report violations --from 2026-11-01 --to 2026-12-01
-- clickhouse-client:  clickhouse-client --user reader --database spanledger --param_from='2026-11-01 00:00:00' \
--                       --param_to='2026-12-01 00:00:00' --queries-file violations.sql --format PrettyCompact
-- HTTP:               curl --data-binary @violations.sql \
--                       'http://reader@127.0.0.1:8123/?database=spanledger&param_from=2026-11-01+00:00:00&param_to=2026-12-01+00:00:00'
SELECT
    tenant,
    rule_name,
    check_name,
    node_id,
    count() AS violations,
    countIf(blocked) AS blocked,
    uniqExact(run_id) AS runs,
    min(timestamp) AS first_at,
    max(timestamp) AS last_at,
    argMax(reason, timestamp) AS last_reason,
    argMax(run_id, timestamp) AS last_run_id
FROM policy_violations
WHERE start_time >= {from:DateTime64(3, 'UTC')}
    AND start_time < {to:DateTime64(3, 'UTC')}
    AND (
        event_date BETWEEN toDate({from:DateTime64(3, 'UTC')}) AND toDate({to:DateTime64(3, 'UTC')})
        OR event_date = '1970-01-01'
    )
GROUP BY tenant, rule_name, check_name, node_id
ORDER BY violations DESC, tenant, rule_name, check_name, node_id
