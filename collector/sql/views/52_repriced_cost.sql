-- One row a day, agent, model, source of the recorded cost and version of the price list: what the calls that count would cost by
-- that version, beside what was recorded. Nothing that was recorded changes. Computed as in ingest/01_ingest_to_recorded.sql.
-- example: SELECT model, price_version, sum(recorded_cost_usd) AS recorded, sum(repriced_cost_usd) AS repriced FROM repriced_cost
-- example: WHERE day > today() - 30 GROUP BY model, price_version ORDER BY model, price_version
CREATE OR REPLACE VIEW repriced_cost
(
    tenant LowCardinality(String) COMMENT 'Tenant of the calls',
    day Date COMMENT 'Day of the start (UTC); 1970-01-01 for a start far from the arrival',
    agent_name LowCardinality(String) COMMENT 'Agent that called; empty when none was named',
    provider LowCardinality(String) COMMENT 'Provider of the model',
    model LowCardinality(String) COMMENT 'Model that answered, else the one asked for',
    cost_source LowCardinality(String) COMMENT 'Who computed the recorded cost: provider, sdk or collector; empty where no cost counts',
    price_version LowCardinality(String) COMMENT 'Version of the price list',
    calls UInt64 COMMENT 'Model calls whose tokens count',
    recorded_cost_usd Decimal(38, 9) COMMENT 'What was recorded for them, in US dollars',
    repriced_cost_usd Decimal(38, 9) COMMENT 'What they cost by the version, in US dollars',
    unpriced_calls UInt64 COMMENT 'Calls that the version has no price for'
)
AS
WITH
    if(cost_counted, span_rows.cost_source, '') AS counted_source,
    modulo(toUnixTimestamp64Second(start_time), 86400) AS start_second,
    arrayFirst(
        one -> start_time >= one.starts_at
            AND ifNull(input_tokens, 0) >= one.input_tokens_from
            AND multiIf(
                one.daily_from = one.daily_until, true,
                one.daily_from < one.daily_until, start_second >= one.daily_from AND start_second < one.daily_until,
                start_second >= one.daily_from OR start_second < one.daily_until
            ),
        offer.rates
    ) AS rate,
    ifNull(cache_read_tokens, 0) AS read_tokens,
    ifNull(cache_write_tokens, 0) AS write_tokens,
    if(operation IN ('embeddings', 'rerank'), ifNull(output_tokens, 0), output_tokens) AS priced_output,
    least(ifNull(reasoning_tokens, 0), ifNull(output_tokens, 0)) AS priced_reasoning,
    if(
        rate.input_usd IS NULL AND input_tokens = 0, 0,
        (input_tokens - least(read_tokens + write_tokens, input_tokens)) * rate.input_usd
            + read_tokens * rate.cache_read_usd + write_tokens * rate.cache_write_usd
    ) AS input_price,
    if(
        rate.output_usd IS NULL AND priced_output = 0, 0,
        (priced_output - priced_reasoning) * rate.output_usd + priced_reasoning * rate.reasoning_usd
    ) AS output_price,
    round((input_price + output_price) / 1000000 + rate.request_usd / 1000, 9) AS exact_cost_usd,
    if(notEmpty(offer.rates) AND exact_cost_usd < 999999999, exact_cost_usd, NULL) AS repriced_usd
SELECT
    tenant,
    event_date AS day,
    agent_name,
    provider,
    model,
    counted_source AS cost_source,
    offer.price_version AS price_version,
    count() AS calls,
    sumIf(ifNull(cost_usd, 0), cost_counted) AS recorded_cost_usd,
    sum(toDecimal64(ifNull(repriced_usd, 0), 9)) AS repriced_cost_usd,
    countIf(repriced_usd IS NULL) AS unpriced_calls
FROM span_rows FINAL
INNER JOIN (
    SELECT tenant, provider, model, price_version, rates FROM model_prices FINAL
) AS offer USING (tenant, provider, model)
WHERE is_model_call AND usage_counted
GROUP BY tenant, event_date, agent_name, provider, model, counted_source, offer.price_version;
