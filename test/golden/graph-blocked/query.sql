-- A blocked node and what only it leads to, a failed node with its error route taken, a step that was lost, nodes that waited in vain.
SELECT node_id, status, current, visits, attempts, step_count, count, error_count, blocked_count, violation_count
FROM run_nodes
WHERE run_id = 'golden-graph-blocked'
ORDER BY first_start, node_id;
SELECT edge_id, status, count
FROM run_edges
WHERE run_id = 'golden-graph-blocked'
ORDER BY first_time, edge_id
