-- Names that came with other content: one row a record that lost against an earlier one of the same name. Read through the view `conflicts`.
CREATE TABLE IF NOT EXISTS conflict_rows
(
    tenant LowCardinality(String) COMMENT 'Tenant of both records',
    signal Enum8('span' = 1, 'log' = 2) COMMENT 'Kind of both records',
    trace_id FixedString(16) COMMENT 'Trace id in the name; zeros for a log record, which its event id names',
    span_id FixedString(8) COMMENT 'Span id in the name; zeros for a log record',
    event_id String COMMENT 'Event id, for log records',
    kept_origin UInt16 COMMENT 'Origin of the record that counts',
    kept_cursor UInt64 COMMENT 'Cursor of the record that counts',
    other_origin UInt16 COMMENT 'Origin of the record that came later',
    other_cursor UInt64 COMMENT 'Cursor of the record that came later',
    found_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the conflict was found'
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(found_at)
ORDER BY (tenant, trace_id, span_id, event_id, other_origin, other_cursor);
