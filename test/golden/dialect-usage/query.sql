-- Usage: cached tokens are part of the input or are added to it; old and new spellings; text counts as a number; missing is null; roll-ups and fetch_response never count; every current operation is a step.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = 'cfeaf80d9147b713db9e42d9407b9512'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = 'cfeaf80d9147b713db9e42d9407b9512'
ORDER BY start_time;
SELECT input_tokens, output_tokens, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = 'cfeaf80d9147b713db9e42d9407b9512'
