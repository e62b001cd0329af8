-- One row a collector: its number, who holds it and how far its records are settled. The newest row of an origin counts.
CREATE TABLE IF NOT EXISTS origins
(
    origin UInt16 COMMENT 'Number of the collector, 0 to 1023',
    instance String COMMENT 'Identifier of the collector''s data directory',
    cursor UInt64 COMMENT 'Watermark: every record of the origin up to here is acknowledged',
    settled UInt64 COMMENT 'Every record of the origin up to here is settled in the derived tables',
    updated_at DateTime64(3, 'UTC') COMMENT 'When the row was written'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY origin;
