-- One row a log record, with the columns of the OpenTelemetry Collector's ClickHouse exporter: what boards for its table `otel_logs`
-- ask. The body is by digest; its text stands in content. To read few days only, filter event_date too.
-- example: SELECT Timestamp, SeverityText, ServiceName, EventName, LogAttributes FROM otel_logs ORDER BY Timestamp DESC LIMIT 20
CREATE OR REPLACE VIEW otel_logs
(
    Timestamp DateTime64(9) COMMENT 'When it happened; time of observation or arrival when it said none',
    TimestampTime DateTime COMMENT 'The same to the second',
    TraceId String COMMENT 'Trace id, 32 lower-case hex digits; empty when none',
    SpanId String COMMENT 'Span id, 16 lower-case hex digits; empty when none',
    TraceFlags UInt8 COMMENT 'W3C trace flags',
    SeverityText LowCardinality(String) COMMENT 'Severity in the sender''s words',
    SeverityNumber UInt8 COMMENT 'Severity, 1 to 24; 0 when not said',
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource',
    Body String COMMENT 'Body, by digest when it is not empty',
    ResourceSchemaUrl LowCardinality(String) COMMENT 'Schema URL of the resource',
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource as text',
    ScopeSchemaUrl LowCardinality(String) COMMENT 'Schema URL of the scope',
    ScopeName String COMMENT 'Name of the instrumentation scope',
    ScopeVersion LowCardinality(String) COMMENT 'Version of the instrumentation scope',
    ScopeAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the scope as text',
    LogAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the record as text',
    EventName String COMMENT 'Event name; empty for a plain log record',
    tenant LowCardinality(String) COMMENT 'Tenant of the key that sent the record; not of the exporter',
    event_date Date COMMENT 'Day of the event, the partition; not of the exporter'
)
AS
SELECT
    time AS Timestamp,
    toDateTime(least(time, toDateTime64('2106-02-07 06:28:15', 9, 'UTC'))) AS TimestampTime,
    if(empty(trace_id), '', lower(hex(trace_id))) AS TraceId,
    if(span_id = toFixedString('', 8), '', lower(hex(span_id))) AS SpanId,
    toUInt8(bitAnd(flags, 255)) AS TraceFlags,
    severity_text AS SeverityText,
    toUInt8(if(severity_number BETWEEN 0 AND 255, severity_number, 0)) AS SeverityNumber,
    service_name AS ServiceName,
    body AS Body,
    resource_schema_url AS ResourceSchemaUrl,
    resource_attributes AS ResourceAttributes,
    scope_schema_url AS ScopeSchemaUrl,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    scope_attributes AS ScopeAttributes,
    attributes AS LogAttributes,
    name AS EventName,
    tenant, event_date
FROM event_rows FINAL
WHERE source = 'log';
