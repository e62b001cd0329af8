-- What events mean: one row a log record or span event, named by its event id or else by its content. Read through the view `events`.
CREATE TABLE IF NOT EXISTS event_rows
(
    tenant LowCardinality(String),
    run_id String CODEC(ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    event_date Date,
    version UInt64 CODEC(Delta, ZSTD(1)),
    is_deleted UInt8 CODEC(ZSTD(1)),
    origin UInt16,
    cursor UInt64 CODEC(Delta, ZSTD(1)),
    received_at DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    -- Zeros for a record that names no event id: its content hash is its name already.
    other_hash FixedString(16) CODEC(ZSTD(1)),
    source Enum8('log' = 0, 'span_event' = 1),
    run_stamped Bool,
    trace_id FixedString(16) CODEC(ZSTD(1)),
    span_id FixedString(8) CODEC(ZSTD(1)),
    step_id String CODEC(ZSTD(1)),
    attempt UInt32 CODEC(ZSTD(1)),
    node_id LowCardinality(String),
    name LowCardinality(String),
    run_status LowCardinality(String),
    workflow_name LowCardinality(String),
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    -- What was received less the time above, which it nearly always is; wraps around.
    time_offset Int64 CODEC(ZSTD(1)),
    time_unix_nano UInt64 ALIAS toUInt64(toUnixTimestamp64Nano(time) + time_offset),
    observed_time_unix_nano UInt64 CODEC(Delta, ZSTD(1)),
    severity_number Int32,
    severity_text LowCardinality(String),
    body String CODEC(ZSTD(1)),
    body_kind FixedString(1),
    flags UInt32,
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_kinds LowCardinality(String),
    dropped_attributes_count UInt32,
    service_name LowCardinality(String),
    resource_attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_attribute_kinds LowCardinality(String),
    resource_dropped_attributes_count UInt32,
    resource_schema_url LowCardinality(String),
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    scope_attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    scope_attribute_kinds LowCardinality(String),
    scope_dropped_attributes_count UInt32,
    scope_schema_url LowCardinality(String),
    -- For views that show the id as text.
    INDEX by_trace_text if(empty(trace_id), '', lower(hex(trace_id))) TYPE bloom_filter(0.00001) GRANULARITY 1,
    INDEX by_cursor cursor TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY event_date
ORDER BY (tenant, run_id, event_id, event_date)
-- One file a part until it is large: of a part of many files the files cost more than the rows.
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 67108864;

-- Which log records came under an event id: one row a record, so that a name that came before is found whatever its run or day.
CREATE TABLE IF NOT EXISTS event_names
(
    tenant LowCardinality(String),
    event_id String CODEC(ZSTD(1)),
    cursor UInt64 CODEC(ZSTD(1)),
    origin UInt16,
    -- Zeros for a record that names no event id, as in event_rows.
    other_hash FixedString(16) CODEC(ZSTD(1)),
    received_date Date CODEC(ZSTD(1)),
    INDEX by_cursor cursor TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_date)
ORDER BY (tenant, event_id, cursor)
SETTINGS index_granularity = 512;
