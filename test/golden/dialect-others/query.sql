-- Names that no vocabulary owns: MCP, Genkit, Laminar, hosts as providers, governance toolkits. Words that mean other things elsewhere name no step by themselves.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, usage_counted
FROM spans
WHERE trace_id = 'a8dce9ecdf856ed91793ab75f2966c9f'
ORDER BY start_time;
SELECT span_name, operation, node_id, node_kind, agent_name, workflow_name, tool_name, tool_call_id, conversation_id, length(user_digest) AS user_digits, status, error_type, error_message
FROM steps
WHERE trace_id = 'a8dce9ecdf856ed91793ab75f2966c9f'
ORDER BY start_time;
SELECT span_name, verdict, blocked, block_reason, policy_id, identity_subject
FROM steps
WHERE trace_id = 'a8dce9ecdf856ed91793ab75f2966c9f' AND policy_id != '';
SELECT rule_name, reason, blocked
FROM policy_violations
WHERE run_id = 'a8dce9ecdf856ed91793ab75f2966c9f'
