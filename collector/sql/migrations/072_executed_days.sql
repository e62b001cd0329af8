-- Of step_rows: rows of the view `executed_steps`, by time and without anything but what latencies are computed of. So a part of a day is
-- read without the rest of it, and without FINAL.
CREATE TABLE IF NOT EXISTS executed_days
(
    version UInt64,
    tenant LowCardinality(String),
    event_date Date,
    agent_name LowCardinality(String),
    node_id LowCardinality(String),
    workflow_name LowCardinality(String),
    start_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    duration_ms Float64 CODEC(ZSTD(1)),
    failed Bool,
    sla_met Nullable(Bool)
)
ENGINE = MergeTree
PARTITION BY (event_date, version)
-- No names, as in the other roll-ups.
ORDER BY (tenant, start_time);
