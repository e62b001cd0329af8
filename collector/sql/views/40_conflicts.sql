-- One row a record that came under a name that had come before with other content. The first to arrive counts; both stay in the
-- ledger, at the cursors below.
-- example: SELECT signal, count() AS conflicts, max(other_received_at) AS latest FROM conflicts GROUP BY signal WITH TOTALS
CREATE OR REPLACE VIEW conflicts
(
    tenant LowCardinality(String) COMMENT 'Tenant of both records',
    signal LowCardinality(String) COMMENT 'Kind of both records: span or log',
    trace_id String COMMENT 'Trace id in the name, 32 lower-case hex digits; empty for a log record',
    span_id String COMMENT 'Span id in the name, 16 lower-case hex digits; empty for a log record',
    event_id String COMMENT 'Event id, which names a log record; empty for a span',
    kept_origin UInt16 COMMENT 'Origin of the record that counts',
    kept_cursor UInt64 COMMENT 'Cursor of the record that counts',
    kept_received_at DateTime64(3, 'UTC') COMMENT 'When that record arrived, by its cursor',
    other_origin UInt16 COMMENT 'Origin of the record that came later',
    other_cursor UInt64 COMMENT 'Cursor of the record that came later',
    other_received_at DateTime64(3, 'UTC') COMMENT 'When that record arrived, by its cursor',
    found_at DateTime64(3, 'UTC') COMMENT 'When the conflict was found'
)
AS
WITH 1704067200000 AS start_of_2024
SELECT
    tenant,
    toString(conflict_rows.signal) AS signal,
    if(conflict_rows.trace_id = toFixedString('', 16), '', lower(hex(conflict_rows.trace_id))) AS trace_id,
    if(conflict_rows.span_id = toFixedString('', 8), '', lower(hex(conflict_rows.span_id))) AS span_id,
    event_id, kept_origin, kept_cursor,
    fromUnixTimestamp64Milli(toInt64(start_of_2024 + bitShiftRight(kept_cursor, 22)), 'UTC') AS kept_received_at,
    other_origin, other_cursor,
    fromUnixTimestamp64Milli(toInt64(start_of_2024 + bitShiftRight(other_cursor, 22)), 'UTC') AS other_received_at,
    found_at
FROM conflict_rows FINAL;
