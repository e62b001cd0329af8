-- One row a day, agent, model and source of the cost, as in cost, which has the same without reading spans of days that are rolled up.
-- example: SELECT model, sum(calls) AS calls, sum(cost_usd) AS cost_usd FROM computed_cost WHERE day = today() GROUP BY model
CREATE OR REPLACE VIEW computed_cost
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
WITH
    if(cost_counted, span_rows.cost_source, '') AS counted_source,
    is_model_call AND (
        usage_counted OR (cost_counted AND span_rows.input_tokens IS NULL AND span_rows.output_tokens IS NULL)
    ) AS is_call
SELECT
    tenant,
    event_date AS day,
    agent_name,
    provider,
    model,
    counted_source AS cost_source,
    countIf(is_call) AS calls,
    sumIf(ifNull(span_rows.input_tokens, 0), usage_counted) AS input_tokens,
    sumIf(ifNull(span_rows.output_tokens, 0), usage_counted) AS output_tokens,
    sumIf(ifNull(span_rows.cache_read_tokens, 0), usage_counted) AS cache_read_tokens,
    sumIf(ifNull(span_rows.cache_write_tokens, 0), usage_counted) AS cache_write_tokens,
    sumIf(ifNull(span_rows.reasoning_tokens, 0), usage_counted) AS reasoning_tokens,
    sumIf(ifNull(span_rows.cost_usd, 0), cost_counted) AS cost_usd,
    countIf(is_call AND span_rows.cost_usd IS NULL) AS unpriced_calls,
    round(sumKahanIf(ifNull(carbon_gco2e, 0), carbon_counted), 12) AS carbon_gco2
FROM span_rows FINAL
WHERE usage_counted OR cost_counted OR carbon_counted
GROUP BY tenant, event_date, agent_name, provider, model, counted_source;
