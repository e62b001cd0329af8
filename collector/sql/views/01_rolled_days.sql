-- One row a day and table whose roll-up stands. Days without a row are read from the table itself.
-- example: SELECT countIf(source = 'span_rows') AS days_of_spans, countIf(source = 'step_rows') AS days_of_steps FROM rolled_days
CREATE OR REPLACE VIEW rolled_days
(
    source LowCardinality(String) COMMENT 'Table that was rolled up: span_rows or step_rows',
    event_date Date COMMENT 'Day that was rolled up',
    version UInt64 COMMENT 'Version of the rows that it was rolled up to'
)
AS
SELECT source, event_date, version FROM source_days WHERE version > 0;
