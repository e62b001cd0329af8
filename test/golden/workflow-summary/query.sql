-- A run from 1000 s to 1005 s of two steps, 500 tokens for 0.01 dollars and 300 for 0.005.
SELECT workflow_name, status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, start_time, end_time, duration_ms
FROM workflow_summary
WHERE run_id = 'golden-workflow-summary';
SELECT kind, name, elapsed_ms, node_id, status
FROM timeline
WHERE run_id = 'golden-workflow-summary'
ORDER BY time
