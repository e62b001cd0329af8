-- The price lists, whole: one row a version, provider, model, period and tier. Of a model's rows the first, by position, that fits
-- the start of a call and its input tokens counts. Older versions stay. US dollars for a million tokens, exact.
CREATE TABLE IF NOT EXISTS prices
(
    price_version LowCardinality(String) COMMENT 'Version of the list',
    provider LowCardinality(String) COMMENT 'Provider by the name of the list',
    model String COMMENT 'Model by the name of the list',
    position UInt16 COMMENT 'Rank among the rows of the model, from 1: the first that fits counts',
    starts_at DateTime('UTC') COMMENT 'Calls that start then or later; 1970 when always',
    daily_from UInt32 COMMENT 'Second of the day (UTC) from which the row holds',
    daily_until UInt32 COMMENT 'Second of the day before which it holds, on the next day when it is less; equal to daily_from when it holds all day',
    input_tokens_from UInt64 COMMENT 'Calls with at least so many input tokens, cached ones included',
    input_usd Nullable(Decimal(38, 18)) COMMENT 'A million input tokens; null when the list has no price for them',
    cache_read_usd Nullable(Decimal(38, 18)) COMMENT 'A million input tokens read from the cache; null when they cost what others do',
    cache_write_usd Nullable(Decimal(38, 18)) COMMENT 'A million input tokens written to the cache; null when they cost what others do',
    output_usd Nullable(Decimal(38, 18)) COMMENT 'A million output tokens; null when the list has no price for them',
    reasoning_usd Nullable(Decimal(38, 18)) COMMENT 'A million output tokens spent on reasoning; null when they cost what others do',
    request_usd Nullable(Decimal(38, 18)) COMMENT 'A thousand calls; null when a call itself costs nothing',
    other_usd Map(LowCardinality(String), Decimal(38, 18)) COMMENT 'Prices of units that no span states, by their names in the list'
)
ENGINE = ReplacingMergeTree
ORDER BY (price_version, provider, model, position);
