-- OpenLLMetry: workflow, task, agent and tool by traceloop.span.kind, calls by llm.request.type; of flattened messages the last fills the input.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = 'b78ba152f16e310e65836179a4e9c2b7'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = 'b78ba152f16e310e65836179a4e9c2b7'
ORDER BY start_time;
SELECT step.span_name, input.text AS input_text, output.text AS output_text
FROM steps AS step
LEFT JOIN content AS input ON lower(hex(input.digest)) = step.input_digest
LEFT JOIN content AS output ON lower(hex(output.digest)) = step.output_digest
WHERE trace_id = 'b78ba152f16e310e65836179a4e9c2b7'
ORDER BY start_time;
SELECT name, finish_reason
FROM spans
WHERE trace_id = 'b78ba152f16e310e65836179a4e9c2b7' AND finish_reason != '';
SELECT input_tokens, output_tokens, step_count, workflow_name, agent_names, models
FROM runs
WHERE run_id = 'b78ba152f16e310e65836179a4e9c2b7'
