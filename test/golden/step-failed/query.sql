-- A node that threw: failed under the verdict commit, neither blocked nor a violation.
SELECT step_id, verdict, status, blocked, executed, error_type, error_message
FROM steps
WHERE run_id = 'golden-step-failed';
SELECT count() AS violations FROM policy_violations WHERE run_id = 'golden-step-failed';
SELECT status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, duration_ms
FROM workflow_summary
WHERE run_id = 'golden-step-failed'
