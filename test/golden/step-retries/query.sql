-- Three attempts of one step are three rows; the last, sent twice, counts once.
SELECT step_id, attempt, status, error_message, start_time
FROM steps
WHERE run_id = 'golden-step-retries'
ORDER BY attempt;
SELECT status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, duration_ms
FROM workflow_summary
WHERE run_id = 'golden-step-retries'
