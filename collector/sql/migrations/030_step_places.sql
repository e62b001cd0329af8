-- Where steps stand in the graph of their run, as only whole traces can tell: filled by the settling pass.
ALTER TABLE step_rows
    ADD COLUMN IF NOT EXISTS parent_run_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS parent_step_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS linked_spans Array(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS linkable_spans Array(String) CODEC(ZSTD(1));

-- Finds the runs that a run started, without reading all runs.
ALTER TABLE run_rows
    ADD INDEX IF NOT EXISTS by_parent parent_run_id TYPE bloom_filter GRANULARITY 1;
