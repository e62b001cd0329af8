-- An agent without governance: each operation is a step without a verdict; the totals on the agent's span are not counted again.
SELECT node_id, node_kind, operation, governed, verdict, status, tokens_used, tool_call_id, agent_name
FROM steps
WHERE run_id = '2089c962f151053e8c8dd81dfae2d290'
ORDER BY start_time;
SELECT status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, duration_ms
FROM workflow_summary
WHERE run_id = '2089c962f151053e8c8dd81dfae2d290'
