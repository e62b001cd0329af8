-- One row an event: a log record, or an event of a span. The first to arrive under an event id counts.
-- example: SELECT time, name, node_id, attributes FROM events
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs) ORDER BY time
CREATE OR REPLACE VIEW events
(
    tenant LowCardinality(String) COMMENT 'Tenant of the key that sent the event',
    run_id String COMMENT 'Run that the event belongs to; empty when it names none and has no trace',
    event_id String COMMENT 'Id that the sender gave, else made from content or from span and position',
    source LowCardinality(String) COMMENT 'log or span_event',
    name LowCardinality(String) COMMENT 'Event name, for example spanledger.run.ended',
    time DateTime64(9, 'UTC') COMMENT 'When it happened; time of observation or arrival when it said none',
    time_unix_nano UInt64 COMMENT 'Time as received, nanoseconds since 1970',
    observed_time_unix_nano UInt64 COMMENT 'When the event was observed, as received; 0 for span events',
    trace_id String COMMENT 'Trace id, 32 lower-case hex digits; empty when none',
    span_id String COMMENT 'Span id, 16 lower-case hex digits; empty when none',
    run_stamped Bool COMMENT 'True when the event itself carried the run id',
    step_id String COMMENT 'Governed step that the event names, or its span belongs to; empty when none',
    attempt UInt32 COMMENT 'Attempt of that step, from 1',
    node_id LowCardinality(String) COMMENT 'Node that the event names, or its span',
    run_status LowCardinality(String) COMMENT 'Status of the run that the event states; empty when none',
    workflow_name LowCardinality(String) COMMENT 'Workflow that the event names, or its span',
    severity_number Int32 COMMENT 'Severity of the log record, 1 to 24; 0 when not said',
    severity_text LowCardinality(String) COMMENT 'Severity in the sender''s words',
    body String COMMENT 'Body as text: a string as it is, anything else as JSON',
    body_kind FixedString(1) COMMENT 'Kind of the body, one letter as in attribute_kinds',
    flags UInt32 COMMENT 'Flags as received',
    attributes Map(LowCardinality(String), String) COMMENT 'All attributes as text; personal content by digest',
    attribute_kinds LowCardinality(String) COMMENT 'Kind of each attribute value in order, one letter each',
    dropped_attributes_count UInt32 COMMENT 'Attributes that the sender dropped',
    service_name LowCardinality(String) COMMENT 'service.name of the resource',
    resource_attributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource as text',
    resource_attribute_kinds LowCardinality(String) COMMENT 'Kinds of the resource''s attributes',
    resource_dropped_attributes_count UInt32 COMMENT 'Attributes dropped from the resource',
    resource_schema_url LowCardinality(String) COMMENT 'Schema URL of the resource',
    scope_name LowCardinality(String) COMMENT 'Name of the instrumentation scope',
    scope_version LowCardinality(String) COMMENT 'Version of the instrumentation scope',
    scope_attributes Map(LowCardinality(String), String) COMMENT 'Attributes of the scope as text',
    scope_attribute_kinds LowCardinality(String) COMMENT 'Kinds of the scope''s attributes',
    scope_dropped_attributes_count UInt32 COMMENT 'Attributes dropped from the scope',
    scope_schema_url LowCardinality(String) COMMENT 'Schema URL of the scope',
    event_date Date COMMENT 'Day of the event, or of its span: the partition',
    origin UInt16 COMMENT 'Number of the collector that took the event',
    cursor UInt64 COMMENT 'Position in the ledger of the record that held the event',
    received_at DateTime64(9, 'UTC') COMMENT 'When the collector received it',
    content_hash String COMMENT 'Hash of the record that held it, 32 hex digits'
)
AS
SELECT
    tenant, run_id, event_id,
    'log' AS source,
    name, time, time_unix_nano, observed_time_unix_nano,
    if(empty(event_rows.trace_id), '', lower(hex(event_rows.trace_id))) AS trace_id,
    if(event_rows.span_id = toFixedString('', 8), '', lower(hex(event_rows.span_id))) AS span_id,
    run_stamped, step_id, attempt, node_id, run_status, workflow_name, severity_number, severity_text, body, body_kind,
    flags, attributes, attribute_kinds, dropped_attributes_count, service_name,
    resource_attributes, resource_attribute_kinds, resource_dropped_attributes_count, resource_schema_url,
    scope_name, scope_version, scope_attributes, scope_attribute_kinds, scope_dropped_attributes_count, scope_schema_url,
    event_date, origin, cursor, received_at,
    if(other_hash = toFixedString('', 16), event_id, lower(hex(other_hash))) AS content_hash
FROM event_rows FINAL
WHERE event_rows.source = 'log'
UNION ALL
SELECT
    tenant, run_id,
    concat(lower(hex(span_rows.trace_id)), ':', lower(hex(span_rows.span_id)), ':', toString(event_index)) AS event_id,
    'span_event' AS source,
    event_name AS name,
    fromUnixTimestamp64Nano(toInt64(least(event_time, 9223372036854775807)), 'UTC') AS time,
    event_time AS time_unix_nano,
    0 AS observed_time_unix_nano,
    lower(hex(span_rows.trace_id)) AS trace_id,
    lower(hex(span_rows.span_id)) AS span_id,
    run_stamped, step_id, attempt, node_id, '' AS run_status, workflow_name, 0 AS severity_number, '' AS severity_text, '' AS body,
    'e' AS body_kind, flags,
    event_attributes AS attributes,
    event_attribute_kinds AS attribute_kinds,
    event_dropped_attributes_count AS dropped_attributes_count,
    service_name,
    resource_attributes, resource_attribute_kinds, resource_dropped_attributes_count, resource_schema_url,
    scope_name, scope_version, scope_attributes, scope_attribute_kinds, scope_dropped_attributes_count, scope_schema_url,
    event_date, origin, cursor, received_at,
    lower(hex(span_rows.content_hash)) AS content_hash
FROM span_rows FINAL
ARRAY JOIN
    arrayEnumerate(`events.name`) AS event_index,
    `events.name` AS event_name,
    `events.time_unix_nano` AS event_time,
    `events.attributes` AS event_attributes,
    `events.attribute_kinds` AS event_attribute_kinds,
    `events.dropped_attributes_count` AS event_dropped_attributes_count;
