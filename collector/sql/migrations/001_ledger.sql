-- What was said: one row a record as it arrived, never updated. `canonical` is the record in RowBinary (docs/ledger-format.md).
CREATE TABLE IF NOT EXISTS ledger
(
    origin UInt16 COMMENT 'Number of the collector that appended the record',
    cursor UInt64 COMMENT 'Position in the ledger: milliseconds since 2024, origin, counter' CODEC(Delta, ZSTD(1)),
    received_at DateTime64(9, 'UTC') COMMENT 'When the collector received the request' CODEC(Delta, ZSTD(1)),
    tenant LowCardinality(String) COMMENT 'Tenant of the key that sent the record',
    signal Enum8('span' = 1, 'log' = 2) COMMENT 'Kind of the record',
    canonical String COMMENT 'Canonical bytes of the record: RowBinary of its fields in documented order' CODEC(ZSTD(1)),
    record_hash FixedString(32) DEFAULT SHA256(canonical) COMMENT 'SHA-256 of the canonical bytes' CODEC(NONE)
)
ENGINE = MergeTree
PARTITION BY toDate(received_at)
ORDER BY (origin, cursor)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;
