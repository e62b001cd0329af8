-- A step that the policy blocked before it ran: one violation, named by its rule.
SELECT step_id, node_id, verdict, status, blocked, block_check, block_reason, block_rule, timestamp
FROM audit_trail
WHERE run_id = 'golden-step-blocked';
SELECT step_id, check_name, rule_name, reason, blocked, position
FROM policy_violations
WHERE run_id = 'golden-step-blocked';
SELECT executed, checks FROM steps WHERE run_id = 'golden-step-blocked';
SELECT status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, duration_ms
FROM workflow_summary
WHERE run_id = 'golden-step-blocked'
