SELECT step_id, source, status, duration_ms, cursor, (SELECT count FROM node_latency WHERE tenant = 'converges') AS in_latency
FROM steps
WHERE tenant = 'converges'
ORDER BY start_time, cursor
