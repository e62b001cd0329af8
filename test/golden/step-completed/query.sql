-- A governed step with all that a step can say.
SELECT step_id, attempt, node_id, node_kind, source, governed, verdict, status, executed, blocked, step_index, visit, duration_ms, checks
FROM steps
WHERE run_id = 'golden-step-completed';
SELECT identity_subject, identity_method, policy_id, policy_version, compliance_profile, risk_tier, taint_labels, budget_limit_usd, budget_spent_usd, budget_remaining_usd, confidence
FROM steps
WHERE run_id = 'golden-step-completed';
SELECT input_tokens, output_tokens, tokens_used, cost_usd, cost_source, carbon_gco2, carbon_method, sla_target_ms, sla_met, edge_from, edge_outcome, agent_name, chain_producer, chain_seq, length(input_digest) AS input_digits, length(output_digest) AS output_digits, length(state_digest) AS state_digits
FROM steps
WHERE run_id = 'golden-step-completed'
