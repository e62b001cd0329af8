-- What expired and was taken out: one row a partition, or the expired rows of one. Written before the data goes, so that what is gone
-- without a row here is lost.
CREATE TABLE IF NOT EXISTS retention_log
(
    dropped_at DateTime64(3, 'UTC') COMMENT 'When it was taken out',
    class LowCardinality(String) COMMENT 'Class of the table: ledger, content, derived or rejects',
    table_name LowCardinality(String) COMMENT 'Table',
    partition_id String COMMENT 'Partition: a day YYYYMMDD or a month YYYYMM; 19700101 holds what started far from its arrival',
    whole Bool COMMENT 'True for a whole partition, false for those of its rows that had expired',
    before_day Date COMMENT 'What had arrived before this day had expired',
    rows UInt64 COMMENT 'Rows taken out, repeated ones too',
    bytes UInt64 COMMENT 'Bytes on disk of a whole partition; 0 else',
    origins Array(UInt16) COMMENT 'Origins whose records it held; empty for tables without cursors',
    first_cursors Array(UInt64) COMMENT 'Least cursor of each of these origins',
    last_cursors Array(UInt64) COMMENT 'Greatest cursor of each of these origins'
)
ENGINE = MergeTree
ORDER BY (dropped_at, table_name, partition_id);
