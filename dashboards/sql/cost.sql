-- Cost: one row a tenant, agent, provider, model and source of the cost: calls, tokens and money, each call once; the dearest first.
-- Parameters: from and to. Days are whole, in UTC: those on which `from` and the moment before `to` lie, and all between.
-- The command line:   spanledger report cost --from 2026-11-01 --to 2026-12-01
-- clickhouse-client:  clickhouse-client --user reader --database spanledger --param_from='2026-11-01 00:00:00' \
--                       --param_to='2026-12-01 00:00:00' --queries-file cost.sql --format PrettyCompact
-- HTTP:               curl --data-binary @cost.sql \
--                       'http://reader@127.0.0.1:8123/?database=spanledger&param_from=2026-11-01+00:00:00&param_to=2026-12-01+00:00:00'
SELECT
    tenant,
    agent_name,
    provider,
    model,
    cost_source,
    sum(cost.calls) AS calls,
    sum(cost.input_tokens) AS input_tokens,
    sum(cost.cache_read_tokens) AS cache_read_tokens,
    sum(cost.cache_write_tokens) AS cache_write_tokens,
    sum(cost.output_tokens) AS output_tokens,
    sum(cost.reasoning_tokens) AS reasoning_tokens,
    sum(cost.cost_usd) AS cost_usd,
    sum(cost.unpriced_calls) AS unpriced_calls,
    round(sum(cost.carbon_gco2), 6) AS carbon_gco2
FROM cost
WHERE day >= toDate({from:DateTime64(3, 'UTC')})
    AND day <= toDate({to:DateTime64(3, 'UTC')} - toIntervalMillisecond(1))
GROUP BY tenant, agent_name, provider, model, cost_source
ORDER BY cost_usd DESC, calls DESC, tenant, agent_name, provider, model, cost_source
