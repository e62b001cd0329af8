SELECT step_id, node_id, verdict, status, timestamp, blocked, block_reason, cost_usd, tokens_used, governed
FROM audit_trail
WHERE tenant = 'audit-order'
ORDER BY start_time, cursor
