-- A step handed to a human: paused, not blocked, not executed, no violation; its run waits.
SELECT step_id, verdict, status, blocked, executed, block_check, block_reason, risk_tier
FROM steps
WHERE run_id = 'golden-step-escalated';
SELECT count() AS violations FROM policy_violations WHERE run_id = 'golden-step-escalated';
SELECT status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, duration_ms
FROM workflow_summary
WHERE run_id = 'golden-step-escalated'
