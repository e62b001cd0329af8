-- Two instrumentations of one call: nested or side by side at one time, it counts once; the same response id later is another call. An agent without calls below counts its innermost total.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = 'b02f1f0d1a59a6fd5bac01874bbba66e'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = 'b02f1f0d1a59a6fd5bac01874bbba66e'
ORDER BY start_time;
SELECT input_tokens, output_tokens, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = 'b02f1f0d1a59a6fd5bac01874bbba66e'
