-- Fills event_rows with log records: one row a record.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_event_rows_log TO event_rows AS
SELECT
    tenant,
    run_id,
    recorded.event_id AS event_id,
    event_date,
    18446744073709551615 - cursor AS version,
    0 AS is_deleted,
    origin,
    cursor,
    received_time AS received_at,
    if(t_event_id = '', toFixedString('', 16), content_hash) AS other_hash,
    CAST(0 AS Enum8('log' = 0, 'span_event' = 1)) AS source,
    run_stamped,
    trace_id,
    span_id,
    step_id,
    attempt,
    node_id,
    if(recorded.name != '', recorded.name, t_event_name) AS name,
    t_run_status AS run_status,
    t_workflow_name AS workflow_name,
    start_time AS time,
    start_time_unix_nano - toUInt64(toUnixTimestamp64Nano(start_time)) AS time_offset,
    end_time_unix_nano AS observed_time_unix_nano,
    status_code AS severity_number,
    status_message AS severity_text,
    body,
    body_kind,
    flags,
    attributes,
    attribute_kinds,
    dropped_attributes_count,
    t_service_name AS service_name,
    resource_attributes,
    resource_attribute_kinds,
    resource_dropped_attributes_count,
    resource_schema_url,
    scope_name,
    scope_version,
    scope_attributes,
    scope_attribute_kinds,
    scope_dropped_attributes_count,
    scope_schema_url
FROM recorded
WHERE signal = 2;

-- Fills event_names: one row a log record.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_event_names TO event_names AS
SELECT
    tenant,
    event_id,
    cursor,
    origin,
    if(t_event_id = '', toFixedString('', 16), content_hash) AS other_hash,
    toDate(received_time) AS received_date
FROM recorded
WHERE signal = 2;

-- Fills event_rows with those span events that say where a run stands: one row an event, named by its span and position, in its span's
-- partition. So what a run came to is read from one table; all span events are in span_rows alone, from where the view `events` has them.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_event_rows_span TO event_rows AS
SELECT
    tenant,
    run_id,
    concat(lower(hex(trace_id)), ':', lower(hex(span_id)), ':', toString(event_index)) AS event_id,
    event_date,
    18446744073709551615 - cursor AS version,
    0 AS is_deleted,
    origin,
    cursor,
    received_time AS received_at,
    content_hash AS other_hash,
    CAST(1 AS Enum8('log' = 0, 'span_event' = 1)) AS source,
    run_stamped,
    trace_id,
    span_id,
    step_id,
    attempt,
    node_id,
    event_name AS name,
    '' AS run_status,
    t_workflow_name AS workflow_name,
    fromUnixTimestamp64Nano(toInt64(least(event_time, 9223372036854775807)), 'UTC') AS time,
    event_time - toUInt64(toUnixTimestamp64Nano(time)) AS time_offset,
    0 AS observed_time_unix_nano,
    0 AS severity_number,
    '' AS severity_text,
    '' AS body,
    'e' AS body_kind,
    flags,
    event_attributes AS attributes,
    event_attribute_kinds AS attribute_kinds,
    event_dropped_attributes_count AS dropped_attributes_count,
    t_service_name AS service_name,
    resource_attributes,
    resource_attribute_kinds,
    resource_dropped_attributes_count,
    resource_schema_url,
    scope_name,
    scope_version,
    scope_attributes,
    scope_attribute_kinds,
    scope_dropped_attributes_count,
    scope_schema_url
FROM recorded
ARRAY JOIN
    arrayEnumerate(`events.name`) AS event_index,
    `events.name` AS event_name,
    `events.time_unix_nano` AS event_time,
    `events.attributes` AS event_attributes,
    `events.attribute_kinds` AS event_attribute_kinds,
    `events.dropped_attributes_count` AS event_dropped_attributes_count
WHERE signal = 1
    AND arrayExists(one -> startsWith(one, 'spanledger.run.'), `events.name`)
    AND startsWith(event_name, 'spanledger.run.');
