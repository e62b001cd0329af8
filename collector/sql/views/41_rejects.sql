-- One row a record that could not be accepted, with the reason. Its bytes as they came, content too, stand in reject_rows.
-- example: SELECT reason_code, count() AS records, any(reason) AS a_reason FROM rejects GROUP BY reason_code WITH TOTALS
CREATE OR REPLACE VIEW rejects
(
    tenant LowCardinality(String) COMMENT 'Tenant of the key that sent the record',
    received_at DateTime64(9, 'UTC') COMMENT 'When the collector received the request',
    origin UInt16 COMMENT 'Number of the collector that rejected the record',
    signal LowCardinality(String) COMMENT 'Kind of the record: span or log',
    encoding LowCardinality(String) COMMENT 'protobuf or json: the form of the bytes',
    reason_code LowCardinality(String) COMMENT 'Stable code of the reason',
    reason String COMMENT 'The reason in words',
    raw_bytes UInt64 COMMENT 'Number of bytes of the record'
)
AS
SELECT tenant, received_at, origin, toString(reject_rows.signal) AS signal, encoding, reason_code, reason, raw_bytes
FROM reject_rows;
