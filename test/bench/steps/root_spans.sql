-- The root span of each generated run.
INSERT INTO span_rows
(
    tenant, trace_id, span_id, event_date, version, is_deleted, origin, cursor, received_at, content_hash, run_id, run_stamped,
    attempt, node_id, operation, name, kind, start_time, end_time, service_name,
    is_rollup, attributes, attribute_kinds, resource_attributes, resource_attribute_kinds, scope_name
)
SELECT
    tenant,
    trace_id,
    any(parent_span_id),
    toDate(min(start_time)),
    18446744073709551615 - min(cursor),
    0,
    1023,
    min(cursor),
    max(received_at),
    reinterpretAsFixedString(sipHash128(trace_id)),
    run_id,
    true,
    1,
    any(workflow_name),
    'invoke_workflow',
    concat('invoke_workflow ', any(workflow_name)),
    1,
    min(start_time),
    max(end_time),
    any(service_name),
    true,
    map('spanledger.run.id', run_id),
    's',
    map('service.name', any(service_name)),
    's',
    'bench'
FROM step_rows
GROUP BY tenant, run_id, trace_id
