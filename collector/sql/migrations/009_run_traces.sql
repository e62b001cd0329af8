-- Where a run's records stand: one row a run, trace and event day, so that they are found by sorting key and partition.
-- Records outside of any trace have the trace id of all zeros. By months of arrival, which expire whole: more partitions would make
-- each look-up read more.
CREATE TABLE IF NOT EXISTS run_traces
(
    tenant LowCardinality(String),
    run_id String CODEC(ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    event_date Date,
    received_date Date CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_date)
ORDER BY (tenant, run_id, trace_id, event_date)
SETTINGS index_granularity = 512;

-- Where a trace's records stand: one row a trace and event day.
CREATE TABLE IF NOT EXISTS trace_days
(
    tenant LowCardinality(String),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    event_date Date,
    received_date Date CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_date)
ORDER BY (tenant, trace_id, event_date)
SETTINGS index_granularity = 512;
