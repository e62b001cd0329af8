SELECT step_id, status, blocked, executed, (SELECT count FROM node_latency WHERE tenant = 'executed') AS in_latency
FROM steps
WHERE tenant = 'executed'
ORDER BY cursor
