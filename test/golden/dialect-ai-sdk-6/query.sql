-- AI SDK 6 and before: outer spans roll up, inner ones count; the provider is cut at its first dot; cached tokens from the provider's metadata; an operation.name of another kind names no step.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = '91a2bcc7ed6930b7bc97bed1200fd73d'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = '91a2bcc7ed6930b7bc97bed1200fd73d'
ORDER BY start_time;
SELECT name, finish_reason, time_to_first_chunk_ms
FROM spans
WHERE trace_id = '91a2bcc7ed6930b7bc97bed1200fd73d' AND finish_reason != ''
ORDER BY start_time;
SELECT input_tokens, output_tokens, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = '91a2bcc7ed6930b7bc97bed1200fd73d'
