-- A loop: two visits of write and review, the second of write with a retry; its way out, and a branch that was not taken.
SELECT node_id, status, current, visits, attempts, step_count, count, error_count, p50_ms
FROM run_nodes
WHERE run_id = 'golden-graph-loop'
ORDER BY first_start, node_id;
SELECT edge_id, status, count
FROM run_edges
WHERE run_id = 'golden-graph-loop'
ORDER BY first_time, edge_id
