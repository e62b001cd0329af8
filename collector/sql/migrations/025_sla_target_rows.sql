-- What latencies and error rates should be: one row a target. Read through the view `sla_targets`.
CREATE TABLE IF NOT EXISTS sla_target_rows
(
    tenant LowCardinality(String),
    source Enum8('file' = 0, 'api' = 1),
    target_id String,
    version UInt64,
    is_deleted UInt8,
    agent_name String,
    node_id String,
    window_seconds UInt32,
    p50_ms Nullable(Float64),
    p95_ms Nullable(Float64),
    p99_ms Nullable(Float64),
    error_rate Nullable(Float64),
    min_count UInt32,
    enabled Bool,
    updated_at DateTime64(3, 'UTC'),
    updated_by String
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (tenant, source, target_id);
