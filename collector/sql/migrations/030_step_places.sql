-- Where steps stand in the graph of their run, as only whole traces can tell: filled by the settling pass.
ALTER TABLE step_rows
    ADD COLUMN IF NOT EXISTS parent_run_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS parent_step_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS linked_spans Array(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS linkable_spans Array(String) CODEC(ZSTD(1));
