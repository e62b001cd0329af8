-- The door's rows with their canonical bytes, hashes and shared meanings. Keeps nothing; one row a record.
CREATE TABLE IF NOT EXISTS recorded AS ingest
ENGINE = Null;

ALTER TABLE recorded
    ADD COLUMN IF NOT EXISTS canonical String,
    ADD COLUMN IF NOT EXISTS record_hash FixedString(32),
    ADD COLUMN IF NOT EXISTS content_hash FixedString(16),
    ADD COLUMN IF NOT EXISTS received_time DateTime64(9, 'UTC'),
    ADD COLUMN IF NOT EXISTS start_time DateTime64(9, 'UTC'),
    ADD COLUMN IF NOT EXISTS end_time DateTime64(9, 'UTC'),
    ADD COLUMN IF NOT EXISTS event_date Date,
    ADD COLUMN IF NOT EXISTS anomalies Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS run_stamped Bool,
    ADD COLUMN IF NOT EXISTS run_id String,
    ADD COLUMN IF NOT EXISTS step_id String,
    ADD COLUMN IF NOT EXISTS event_id String,
    ADD COLUMN IF NOT EXISTS attempt UInt32,
    ADD COLUMN IF NOT EXISTS operation String,
    ADD COLUMN IF NOT EXISTS model String,
    ADD COLUMN IF NOT EXISTS node_id String,
    ADD COLUMN IF NOT EXISTS is_outcome Bool,
    ADD COLUMN IF NOT EXISTS is_decision Bool,
    ADD COLUMN IF NOT EXISTS is_model_call Bool,
    ADD COLUMN IF NOT EXISTS is_rollup Bool,
    ADD COLUMN IF NOT EXISTS input_tokens Nullable(UInt64),
    ADD COLUMN IF NOT EXISTS output_tokens Nullable(UInt64),
    ADD COLUMN IF NOT EXISTS cache_read_tokens Nullable(UInt64),
    ADD COLUMN IF NOT EXISTS cache_write_tokens Nullable(UInt64),
    ADD COLUMN IF NOT EXISTS reasoning_tokens Nullable(UInt64),
    ADD COLUMN IF NOT EXISTS cost_usd Nullable(Decimal(18, 9)),
    ADD COLUMN IF NOT EXISTS carbon_gco2e Nullable(Float64);
