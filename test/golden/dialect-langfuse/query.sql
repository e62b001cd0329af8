-- Langfuse's SDK: types and levels, and usage and cost in JSON, whose parts exclude one another; what is no JSON is null; a plain span is no step.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = '5470113f641a3ca4af12f4b836062f8f'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = '5470113f641a3ca4af12f4b836062f8f'
ORDER BY start_time;
SELECT name, cost_usd, cost_counted
FROM spans
WHERE trace_id = '5470113f641a3ca4af12f4b836062f8f'
ORDER BY start_time;
SELECT input_tokens, output_tokens, total_cost_usd, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = '5470113f641a3ca4af12f4b836062f8f'
