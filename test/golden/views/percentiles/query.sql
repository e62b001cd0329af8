SELECT node_id, count, p50_ms, p95_ms, p99_ms, min_ms, max_ms, mean_ms, error_count
FROM node_latency
WHERE tenant = 'percentiles'
ORDER BY node_id
