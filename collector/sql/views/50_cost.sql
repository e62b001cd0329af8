-- One row a day, agent, model and source of the cost: what counted, each call once. Its sums are the sums of the runs. A governed
-- step that states its own usage has a row without a call. Filter day: it is the partition.
-- example: SELECT agent_name, model, sum(calls) AS calls, sum(cost_usd) AS cost_usd FROM cost
-- example: WHERE day > today() - 30 GROUP BY agent_name, model ORDER BY cost_usd DESC
CREATE OR REPLACE VIEW cost
(
    tenant LowCardinality(String) COMMENT 'Tenant of the calls',
    day Date COMMENT 'Day of the start (UTC); 1970-01-01 for a start far from the arrival',
    agent_name LowCardinality(String) COMMENT 'Agent that called: named by the call, the nearest agent above it, or its step; empty when none was named',
    provider LowCardinality(String) COMMENT 'Provider of the model; empty when not said',
    model LowCardinality(String) COMMENT 'Model that answered, else the one asked for; empty when not said',
    cost_source LowCardinality(String) COMMENT 'Who computed the cost: provider, sdk or collector; empty where no cost counts',
    calls UInt64 COMMENT 'Model calls',
    input_tokens UInt64 COMMENT 'Input tokens, cached ones included',
    output_tokens UInt64 COMMENT 'Output tokens',
    cache_read_tokens UInt64 COMMENT 'Input tokens read from the cache',
    cache_write_tokens UInt64 COMMENT 'Input tokens written to the cache',
    reasoning_tokens UInt64 COMMENT 'Output tokens spent on reasoning',
    cost_usd Decimal(38, 9) COMMENT 'Cost in US dollars',
    unpriced_calls UInt64 COMMENT 'Calls with tokens for which neither a cost was stated nor a price is known; see unpriced_models',
    carbon_gco2 Float64 COMMENT 'Carbon in grams of CO2 equivalent'
)
AS
WITH (SELECT groupArray((event_date, version)) FROM rolled_days WHERE source = 'span_rows') AS rolled
SELECT
    tenant, day, agent_name, provider, model, cost_source, calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_tokens, reasoning_tokens, cost_usd, unpriced_calls, carbon_gco2
FROM cost_days
WHERE version IN rolled.2
UNION ALL
SELECT
    tenant, day, agent_name, provider, model, cost_source, calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_tokens, reasoning_tokens, cost_usd, unpriced_calls, carbon_gco2
FROM computed_cost
WHERE day NOT IN rolled.1;
