-- Fan-out and fan-in, one node for two items, sent in no order. A node without steps is the end of an edge, not a node.
SELECT node_id, status, current, visits, attempts, step_count, count, error_count
FROM run_nodes
WHERE run_id = 'golden-graph-fan'
ORDER BY first_start, node_id;
SELECT edge_id, status, count
FROM run_edges
WHERE run_id = 'golden-graph-fan'
ORDER BY first_time, edge_id;
SELECT edge_id, from_node, to_node, type, outcome, first_time
FROM run_edges
WHERE run_id = 'golden-graph-fan' AND to_node = 'a'
