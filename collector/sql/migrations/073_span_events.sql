-- Events of spans are in span_rows alone: in event_rows, which took them too, they were three of the eight rows that a span with three
-- events became. The view `events` has both, so spans are found by their run and name the workflow of their events.
ALTER TABLE span_rows
    ADD COLUMN IF NOT EXISTS workflow_name LowCardinality(String) AFTER node_id,
    ADD INDEX IF NOT EXISTS by_run run_id TYPE bloom_filter(0.001) GRANULARITY 1;
