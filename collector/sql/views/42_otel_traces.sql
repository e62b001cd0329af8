-- One row a span, with the columns and the spellings of the OpenTelemetry Collector's ClickHouse exporter: what boards for its table
-- `otel_traces` ask. Personal content in attributes is by digest. To read few days only, filter event_date too.
-- example: SELECT Timestamp, ServiceName, SpanName, SpanKind, Duration / 1e6 AS duration_ms, StatusCode FROM otel_traces
-- example: ORDER BY Timestamp DESC LIMIT 20
CREATE OR REPLACE VIEW otel_traces
(
    Timestamp DateTime64(9) COMMENT 'Start of the span',
    TraceId String COMMENT 'Trace id, 32 lower-case hex digits',
    SpanId String COMMENT 'Span id, 16 lower-case hex digits',
    ParentSpanId String COMMENT 'Span id of the parent; empty for a root',
    TraceState String COMMENT 'W3C trace state',
    SpanName LowCardinality(String) COMMENT 'Span name',
    SpanKind LowCardinality(String) COMMENT 'Unspecified, Internal, Server, Client, Producer or Consumer',
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource',
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource as text',
    ScopeName String COMMENT 'Name of the instrumentation scope',
    ScopeVersion String COMMENT 'Version of the instrumentation scope',
    SpanAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the span as text',
    Duration UInt64 COMMENT 'End minus start, nanoseconds; 0 when the end is missing or before the start',
    StatusCode LowCardinality(String) COMMENT 'Unset, Ok or Error',
    StatusMessage String COMMENT 'Message of the status',
    `Events.Timestamp` Array(DateTime64(9)) COMMENT 'Times of the span events',
    `Events.Name` Array(LowCardinality(String)) COMMENT 'Names of the span events',
    `Events.Attributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each span event',
    `Links.TraceId` Array(String) COMMENT 'Trace ids of the links',
    `Links.SpanId` Array(String) COMMENT 'Span ids of the links',
    `Links.TraceState` Array(String) COMMENT 'Trace states of the links',
    `Links.Attributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each link',
    tenant LowCardinality(String) COMMENT 'Tenant of the key that sent the span; not of the exporter',
    event_date Date COMMENT 'Day of the start, the partition; not of the exporter'
)
AS
WITH 9223372036854775807 AS last_nanosecond
SELECT
    start_time AS Timestamp,
    lower(hex(trace_id)) AS TraceId,
    lower(hex(span_id)) AS SpanId,
    if(parent_span_id = toFixedString('', 8), '', lower(hex(parent_span_id))) AS ParentSpanId,
    trace_state AS TraceState,
    name AS SpanName,
    transform(
        kind, [1, 2, 3, 4, 5], ['Internal', 'Server', 'Client', 'Producer', 'Consumer'], 'Unspecified'
    ) AS SpanKind,
    service_name AS ServiceName,
    resource_attributes AS ResourceAttributes,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    attributes AS SpanAttributes,
    if(
        end_time_unix_nano > start_time_unix_nano AND start_time_unix_nano > 0,
        end_time_unix_nano - start_time_unix_nano,
        0
    ) AS Duration,
    transform(status_code, [1, 2], ['Ok', 'Error'], 'Unset') AS StatusCode,
    status_message AS StatusMessage,
    arrayMap(
        time -> fromUnixTimestamp64Nano(toInt64(least(time, last_nanosecond))), `events.time_unix_nano`
    ) AS `Events.Timestamp`,
    `events.name` AS `Events.Name`,
    `events.attributes` AS `Events.Attributes`,
    arrayMap(id -> lower(hex(id)), `links.trace_id`) AS `Links.TraceId`,
    arrayMap(id -> lower(hex(id)), `links.span_id`) AS `Links.SpanId`,
    `links.trace_state` AS `Links.TraceState`,
    `links.attributes` AS `Links.Attributes`,
    tenant, event_date
FROM span_rows FINAL;
