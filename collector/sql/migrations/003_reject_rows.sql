-- What could not be accepted: one row a rejected record, with the reason and its bytes as they came, content too.
-- The view `rejects` has all but the bytes.
CREATE TABLE IF NOT EXISTS reject_rows
(
    received_at DateTime64(9, 'UTC') COMMENT 'When the collector received the request',
    origin UInt16 COMMENT 'Number of the collector that rejected the record',
    tenant LowCardinality(String) COMMENT 'Tenant of the key that sent the record',
    signal Enum8('span' = 1, 'log' = 2) COMMENT 'Kind of the record',
    encoding LowCardinality(String) COMMENT 'protobuf or json: the form of raw',
    reason_code LowCardinality(String) COMMENT 'Stable code of the reason',
    reason String COMMENT 'The reason in words',
    raw String COMMENT 'The record as it came' CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toDate(received_at)
ORDER BY (tenant, received_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
