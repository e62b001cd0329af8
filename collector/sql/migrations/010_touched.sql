-- What an insert touched: one row a trace and run of an insert block, the settling pass's to-do list. Forgotten after three days.
CREATE TABLE IF NOT EXISTS touched
(
    origin UInt16,
    cursor UInt64 CODEC(Delta, ZSTD(1)),
    tenant LowCardinality(String),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    run_id String CODEC(ZSTD(1)),
    run_stamped Bool,
    inserted_at DateTime DEFAULT now()
)
ENGINE = MergeTree
PARTITION BY toDate(inserted_at)
ORDER BY (origin, cursor)
TTL inserted_at + INTERVAL 3 DAY
SETTINGS ttl_only_drop_parts = 1;
