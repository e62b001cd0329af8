-- What whole days came to, so that views over many days need not read all their rows. A day is rolled up once nothing was written to it for a
-- while; each time gets a version. A roll-up counts as long as the partition that it was made of is the same: see the view `rolled_days`.

-- One row a day and table of which it was rolled up: the version that stands, and the partition's mark as it was before it was read.
CREATE TABLE IF NOT EXISTS day_rolls
(
    source LowCardinality(String),
    event_date Date,
    version UInt64,
    database String,
    max_block Int64,
    mutation UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (source, event_date);

-- Of span_rows: rows of the view `computed_cost`.
CREATE TABLE IF NOT EXISTS cost_days
(
    version UInt64,
    tenant LowCardinality(String),
    day Date,
    agent_name LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    cost_source LowCardinality(String),
    calls UInt64,
    input_tokens UInt64,
    output_tokens UInt64,
    cache_read_tokens UInt64,
    cache_write_tokens UInt64,
    reasoning_tokens UInt64,
    cost_usd Decimal(38, 9),
    unpriced_calls UInt64,
    carbon_gco2 Float64
)
ENGINE = MergeTree
PARTITION BY (day, version)
-- No names: `mergeTreeIndex` shows sorting keys to readers of other tenants, before ClickHouse 26.7.6.
ORDER BY (tenant, day);

-- Of step_rows: how long the executed steps of an agent and node took.
CREATE TABLE IF NOT EXISTS latency_days
(
    version UInt64,
    tenant LowCardinality(String),
    event_date Date,
    agent_name LowCardinality(String),
    node_id LowCardinality(String),
    count UInt64,
    error_count UInt64,
    min_ms Float64,
    max_ms Float64,
    total_ms Float64,
    sla_met_count UInt64,
    sla_missed_count UInt64,
    -- Each percentile within one percent.
    durations AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64)
)
ENGINE = MergeTree
PARTITION BY (event_date, version)
ORDER BY (tenant, event_date);

-- Of step_rows: rows of the view `computed_violations`.
CREATE TABLE IF NOT EXISTS violation_days
(
    version UInt64,
    tenant LowCardinality(String),
    run_id String CODEC(ZSTD(1)),
    step_id String CODEC(ZSTD(1)),
    attempt UInt32 CODEC(ZSTD(1)),
    node_id LowCardinality(String),
    agent_name LowCardinality(String),
    workflow_name LowCardinality(String),
    check_name LowCardinality(String),
    rule_name LowCardinality(String),
    reason String CODEC(ZSTD(1)),
    timestamp DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    start_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    blocked Bool,
    position UInt32 CODEC(ZSTD(1)),
    cursor UInt64 CODEC(ZSTD(1)),
    event_date Date
)
ENGINE = MergeTree
PARTITION BY (event_date, version)
ORDER BY (tenant, start_time, cursor, position);
