-- Hashes a record and gives it its shared meanings. Nothing here throws on data: what can't be read is null or empty.
CREATE MATERIALIZED VIEW IF NOT EXISTS ingest_to_recorded TO recorded AS
WITH
    9223372036854775807 AS last_nanosecond,
    fromUnixTimestamp64Nano(toInt64(least(start_time_unix_nano, last_nanosecond)), 'UTC') AS first_time,
    fromUnixTimestamp64Nano(toInt64(least(end_time_unix_nano, last_nanosecond)), 'UTC') AS last_time,
    if(start_time_unix_nano = 0, if(end_time_unix_nano = 0, received_time, last_time), first_time) AS known_time,
    -- A name is a key of many tables and is compared as text: one that is no UTF-8 is named by its hash.
    name -> if(isValidUTF8(name), name, concat('sha256:', lower(hex(SHA256(name))))) AS as_name,
    -- More than a million million tokens is no count, and sums of such would not fit.
    text -> if(toUInt64OrNull(text) <= 1000000000000, toUInt64OrNull(text), NULL) AS as_tokens,
    as_tokens(t_input_tokens) AS said_input_tokens,
    ifNull(as_tokens(t_cache_read_tokens), 0) + ifNull(as_tokens(t_cache_write_tokens), 0) AS cached_tokens
SELECT
    *,
    formatRow('RowBinary',
        canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, parent_span_id, trace_state,
        flags, name, kind, start_time_unix_nano, end_time_unix_nano, status_code, status_message, body, body_kind,
        attributes, attribute_kinds, dropped_attributes_count, `events.time_unix_nano`, `events.name`,
        `events.attributes`, `events.attribute_kinds`, `events.dropped_attributes_count`, dropped_events_count,
        `links.trace_id`, `links.span_id`, `links.trace_state`, `links.flags`, `links.attributes`,
        `links.attribute_kinds`, `links.dropped_attributes_count`, dropped_links_count, resource_attributes,
        resource_attribute_kinds, resource_dropped_attributes_count, resource_schema_url, scope_name, scope_version,
        scope_attributes, scope_attribute_kinds, scope_dropped_attributes_count, scope_schema_url
    ) AS canonical,
    SHA256(canonical) AS record_hash,
    -- The 19 bytes of the header (version, cursor, origin, arrival) are left out: the same content again has the same hash.
    CAST(substring(SHA256(substring(canonical, 20)), 1, 16) AS FixedString(16)) AS content_hash,
    fromUnixTimestamp64Nano(toInt64(received_at), 'UTC') AS received_time,
    known_time AS start_time,
    if(last_time < known_time, known_time, last_time) AS end_time,
    -- A hostile time can't scatter an insert over partitions: days outside the window share one.
    if(
        known_time BETWEEN received_time - INTERVAL 35 DAY AND received_time + INTERVAL 2 DAY,
        toDate(known_time),
        toDate('1970-01-01')
    ) AS event_date,
    arrayFilter(x -> x != '', [
        if(start_time_unix_nano = 0, 'start_time_missing', ''),
        if(signal = 1 AND end_time_unix_nano = 0, 'end_time_missing', ''),
        if(signal = 1 AND end_time_unix_nano > 0 AND end_time_unix_nano < start_time_unix_nano, 'end_before_start', ''),
        if(first_time > received_time + INTERVAL 1 DAY, 'start_in_future', ''),
        if(greatest(start_time_unix_nano, end_time_unix_nano) > last_nanosecond, 'time_out_of_range', '')
    ]) AS anomalies,
    t_run_id != '' AS run_stamped,
    multiIf(t_run_id != '', as_name(t_run_id), trace_id != toFixedString('', 16), lower(hex(trace_id)), '') AS run_id,
    as_name(t_step_id) AS step_id,
    if(t_event_id != '', as_name(t_event_id), lower(hex(content_hash))) AS event_id,
    ifNull(toUInt32OrNull(t_step_attempt), 1) AS attempt,
    multiIf(
        t_operation != '', t_operation,
        signal = 2, '',
        t_tool_name != '', 'execute_tool',
        t_request_model != '' OR t_response_model != '', 'chat',
        ''
    ) AS operation,
    if(t_response_model != '', t_response_model, t_request_model) AS model,
    multiIf(
        t_node_id != '' OR signal = 2, t_node_id,
        operation = 'invoke_workflow' AND t_workflow_name != '', t_workflow_name,
        operation IN ('invoke_agent', 'create_agent') AND t_agent_name != '', t_agent_name,
        operation = 'execute_tool' AND t_tool_name != '', t_tool_name,
        operation != '' AND model != '', concat(operation, ' ', model),
        t_tool_name != '', t_tool_name,
        t_agent_name != '', t_agent_name,
        t_workflow_name != '', t_workflow_name,
        name
    ) AS node_id,
    signal = 1 AND t_step_id != '' AND (t_verdict != '' OR t_status != '' OR t_checks_name != '') AS is_outcome,
    signal = 2 AND t_step_id != '' AND (name = 'spanledger.step.decided' OR t_event_name = 'spanledger.step.decided') AS is_decision,
    signal = 1 AND NOT is_outcome AND operation IN (
        'chat', 'text_completion', 'generate_content', 'embeddings', 'completion', 'generate', 'rerank'
    ) AS is_model_call,
    signal = 1 AND NOT is_outcome AND operation IN (
        'invoke_agent', 'create_agent', 'agent_step', 'invoke_workflow', 'plan', 'fetch_response'
    ) AS is_rollup,
    -- Input tokens include cached ones; who says fewer than were cached leaves them out.
    if(cached_tokens > said_input_tokens, said_input_tokens + cached_tokens, said_input_tokens) AS input_tokens,
    as_tokens(t_output_tokens) AS output_tokens,
    as_tokens(t_cache_read_tokens) AS cache_read_tokens,
    as_tokens(t_cache_write_tokens) AS cache_write_tokens,
    as_tokens(t_reasoning_tokens) AS reasoning_tokens,
    toDecimal64OrNull(t_cost_usd, 9) AS cost_usd,
    if(isFinite(toFloat64OrNull(t_carbon_gco2e)), toFloat64OrNull(t_carbon_gco2e), NULL) AS carbon_gco2e
FROM ingest;
