-- OpenInference: each span kind has its operation, and names, models and tokens stand in their columns; a kind that says nothing is no step.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = '808ad6efd3fd17cb690a2545a647d8a7'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = '808ad6efd3fd17cb690a2545a647d8a7'
ORDER BY start_time;
SELECT node_id, edge_from
FROM steps
WHERE trace_id = '808ad6efd3fd17cb690a2545a647d8a7' AND notEmpty(edge_from);
SELECT name, arrayFilter((key, kind) -> kind = upper(kind), mapKeys(attributes), splitByString('', toString(attribute_kinds))) AS by_digest
FROM spans
WHERE trace_id = '808ad6efd3fd17cb690a2545a647d8a7' AND notEmpty(by_digest)
ORDER BY start_time;
SELECT input_tokens, output_tokens, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = '808ad6efd3fd17cb690a2545a647d8a7'
