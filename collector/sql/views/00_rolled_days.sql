-- One row a day and table whose roll-up stands: nothing was written to the day, merges aside, since it was rolled up. Days without a
-- row are read from the table itself.
-- example: SELECT countIf(source = 'span_rows') AS days_of_spans, countIf(source = 'step_rows') AS days_of_steps FROM rolled_days
CREATE OR REPLACE VIEW rolled_days
(
    source LowCardinality(String) COMMENT 'Table that was rolled up: span_rows or step_rows',
    event_date Date COMMENT 'Day that was rolled up',
    version UInt64 COMMENT 'Version of the rows that it was rolled up to'
)
-- The parts of tables are not for readers to see, but whether they changed is.
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
SELECT source, event_date, version
FROM day_rolls FINAL
INNER JOIN
(
    -- Inserts take a new block number, and deletions a number of theirs, the last in the part's name; a merge takes neither.
    SELECT
        database, table AS source, toDate(partition) AS event_date,
        max(max_block_number) AS max_block,
        max(toUInt64OrZero(splitByChar('_', name)[5])) AS mutation
    FROM system.parts AS parts
    WHERE active AND table IN ('span_rows', 'step_rows')
    GROUP BY database, source, event_date
) AS now USING (database, source, event_date, max_block, mutation);
