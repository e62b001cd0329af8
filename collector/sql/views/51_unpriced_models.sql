-- One row a provider and model whose calls have tokens and no cost: none was stated, and the price list in force when they arrived
-- has no price for their tokens.
-- example: SELECT provider, model, calls, input_tokens, output_tokens, last_seen FROM unpriced_models ORDER BY calls DESC
CREATE OR REPLACE VIEW unpriced_models
(
    tenant LowCardinality(String) COMMENT 'Tenant of the calls',
    provider LowCardinality(String) COMMENT 'Provider as the spans say it; empty when not said',
    model LowCardinality(String) COMMENT 'Model as the spans say it; empty when not said',
    calls UInt64 COMMENT 'Model calls whose tokens count and that have no cost',
    input_tokens UInt64 COMMENT 'Input tokens of those calls, cached ones included',
    output_tokens UInt64 COMMENT 'Output tokens of those calls',
    first_seen DateTime64(9, 'UTC') COMMENT 'Start of the first of those calls',
    last_seen DateTime64(9, 'UTC') COMMENT 'Start of the last of those calls',
    priced_by Array(String) COMMENT 'Versions of the price list that do have prices for the model: then it was too early, or the calls lack tokens that have a price'
)
AS
SELECT
    tenant,
    provider,
    model,
    count() AS calls,
    sum(ifNull(span_rows.input_tokens, 0)) AS input_tokens,
    sum(ifNull(span_rows.output_tokens, 0)) AS output_tokens,
    min(start_time) AS first_seen,
    max(start_time) AS last_seen,
    any(known.versions) AS priced_by
FROM span_rows FINAL
LEFT JOIN (
    SELECT tenant, provider, model, arraySort(groupArray(toString(price_version))) AS versions
    FROM model_prices FINAL
    WHERE notEmpty(rates)
    GROUP BY tenant, provider, model
) AS known USING (tenant, provider, model)
WHERE is_model_call AND usage_counted AND cost_usd IS NULL
GROUP BY tenant, provider, model;
