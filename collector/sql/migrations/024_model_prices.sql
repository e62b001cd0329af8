-- Names of models that a tenant's spans carried, each with its rates under each version of the price list: empty where the list did
-- not know it. The first answer stands, so that a record costs the same however often it is derived. In the key names are hashed, since
-- the function mergeTreeIndex shows every reader the keys of all tenants.
CREATE TABLE IF NOT EXISTS model_prices
(
    tenant LowCardinality(String) COMMENT 'Tenant of the spans',
    price_version LowCardinality(String) COMMENT 'Version of the price list',
    provider String COMMENT 'Provider as spans say it',
    model String COMMENT 'Model as spans say it',
    listed_provider LowCardinality(String) COMMENT 'Provider by the name of the list; empty when the list does not know the model',
    listed_model String COMMENT 'Model by the name of the list; empty when the list does not know it',
    active_from DateTime64(9, 'UTC') COMMENT 'From when on the version is in force',
    rates Array(Tuple(
        starts_at DateTime('UTC'),
        daily_from UInt32,
        daily_until UInt32,
        input_tokens_from UInt64,
        input_usd Nullable(Decimal(38, 18)),
        cache_read_usd Nullable(Decimal(38, 18)),
        cache_write_usd Nullable(Decimal(38, 18)),
        output_usd Nullable(Decimal(38, 18)),
        reasoning_usd Nullable(Decimal(38, 18)),
        request_usd Decimal(38, 18)
    )) COMMENT 'Rows of prices in their order, what has no price of its own at the price of the rest',
    rank UInt64 DEFAULT 18446744073709551615 - toUnixTimestamp64Nano(now64(9)) COMMENT 'Greater for the earlier answer'
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (tenant, sipHash128(provider, model), price_version);

-- The same by name, in memory alone, for the way in: joinGet costs an insert less than a join. Filled from model_prices, again after
-- each start of the engine, which would not start on a file that a power cut left half written. No reader may ask it: joinGet knows
-- no row policies.
CREATE TABLE IF NOT EXISTS price_lookup
(
    name String COMMENT 'Tenant, provider and model, with line breaks between them',
    offers Array(Tuple(
        active_from DateTime64(9, 'UTC'),
        price_version String,
        rates Array(Tuple(
            starts_at DateTime('UTC'),
            daily_from UInt32,
            daily_until UInt32,
            input_tokens_from UInt64,
            input_usd Nullable(Decimal(38, 18)),
            cache_read_usd Nullable(Decimal(38, 18)),
            cache_write_usd Nullable(Decimal(38, 18)),
            output_usd Nullable(Decimal(38, 18)),
            reasoning_usd Nullable(Decimal(38, 18)),
            request_usd Decimal(38, 18)
        ))
    ))
)
ENGINE = Join(ANY, LEFT, name)
SETTINGS join_any_take_last_row = 1, persistent = 0;
