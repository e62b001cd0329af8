-- Which traces a run has: one row a run and trace, so that a run's spans are found by their sorting key.
CREATE TABLE IF NOT EXISTS run_traces
(
    tenant LowCardinality(String),
    run_id String CODEC(ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, run_id, trace_id);
