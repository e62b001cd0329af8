-- AI SDK 7: invoke_agent and agent_step hold totals of the chats below them and are never added; a call without usage is null, not 0.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = 'be4988b0f28cf54d1ef004f06b5460ed'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = 'be4988b0f28cf54d1ef004f06b5460ed'
ORDER BY start_time;
SELECT input_tokens, output_tokens, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = 'be4988b0f28cf54d1ef004f06b5460ed'
