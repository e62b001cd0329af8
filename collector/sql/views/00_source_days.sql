-- One row a day and table that days are rolled up of: whether its roll-up stands. It does while nothing was written to the day, merges aside,
-- since. A table without partitions on this server, such as a Distributed one, has no rows.
-- example: SELECT source, countIf(version > 0) AS rolled_up, countIf(version = 0) AS read_from_rows FROM source_days GROUP BY source
CREATE OR REPLACE VIEW source_days
(
    source LowCardinality(String) COMMENT 'Table: span_rows or step_rows',
    event_date Date COMMENT 'Day that it has rows of',
    version UInt64 COMMENT 'Version of the rows that it was rolled up to; 0 when it is read from the table itself'
)
-- The parts of tables are not for readers to see, but whether they changed is.
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
SELECT source, event_date, ifNull(roll.version, 0) AS version
FROM
(
    -- Inserts take a new block number, and deletions a number of theirs, the last in the part's name; a merge takes neither.
    SELECT
        database, table AS source, toDate(partition) AS event_date,
        toInt64(max(max_block_number)) AS max_block,
        max(toUInt64OrZero(splitByChar('_', name)[5])) AS mutation
    FROM system.parts AS parts
    WHERE active AND table IN ('span_rows', 'step_rows')
    GROUP BY database, source, event_date
) AS now
LEFT JOIN (SELECT * FROM day_rolls FINAL) AS roll USING (database, source, event_date, max_block, mutation);
