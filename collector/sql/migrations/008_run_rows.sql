-- What runs came to: one row a run, written anew by the settling pass whenever the run was touched. Read through the view `runs`.
-- By months of the last arrival, so that no older version outlives a newer one.
CREATE TABLE IF NOT EXISTS run_rows
(
    tenant LowCardinality(String),
    run_id String CODEC(ZSTD(1)),
    version UInt64 CODEC(Delta, ZSTD(1)),
    is_deleted UInt8,
    parent_run_id String CODEC(ZSTD(1)),
    trace_ids Array(FixedString(16)) CODEC(ZSTD(1)),
    workflow_name LowCardinality(String),
    service_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
    agent_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
    conversation_ids Array(String) CODEC(ZSTD(1)),
    models Array(LowCardinality(String)) CODEC(ZSTD(1)),
    verdicts Array(LowCardinality(String)) CODEC(ZSTD(1)),
    node_ids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    search_text String CODEC(ZSTD(1)),
    start_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    end_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    last_received_at DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    ended_status LowCardinality(String),
    ended_by LowCardinality(String),
    paused Bool,
    failed_steps UInt32,
    blocked_steps UInt32,
    open_steps UInt32,
    step_count UInt32,
    node_count UInt32,
    span_count UInt32,
    violation_count UInt32,
    input_tokens UInt64,
    output_tokens UInt64,
    total_cost_usd Decimal(38, 9),
    total_carbon_gco2e Float64,
    mean_confidence Nullable(Float64)
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(last_received_at)
ORDER BY (tenant, run_id);
