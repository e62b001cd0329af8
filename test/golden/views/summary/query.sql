SELECT run_id, status, step_count, node_count, total_cost_usd, total_tokens, total_carbon_gco2, mean_confidence, blocked_steps, duration_ms
FROM workflow_summary
WHERE tenant = 'summary'
ORDER BY run_id
