-- One row a trace: the time of its spans. The OpenTelemetry Collector's ClickHouse exporter has a table of this name, which Grafana
-- asks before it asks `otel_traces` for a trace.
-- example: SELECT TraceId, Start, End FROM otel_traces_trace_id_ts ORDER BY Start DESC LIMIT 10
CREATE OR REPLACE VIEW otel_traces_trace_id_ts
(
    TraceId String COMMENT 'Trace id, 32 lower-case hex digits',
    Start DateTime COMMENT 'Start of the first span',
    End DateTime COMMENT 'Start of the last span',
    tenant LowCardinality(String) COMMENT 'Tenant of the trace; not of the exporter'
)
AS
SELECT
    lower(hex(trace_id)) AS TraceId,
    toDateTime(least(min(start_time), toDateTime64('2106-02-07 06:28:15', 9, 'UTC'))) AS Start,
    toDateTime(least(max(start_time), toDateTime64('2106-02-07 06:28:15', 9, 'UTC'))) AS End,
    tenant
FROM span_rows
WHERE NOT is_deleted
GROUP BY tenant, trace_id;
