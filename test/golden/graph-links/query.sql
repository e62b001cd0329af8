-- Span links between steps in three traces: a consumer that arrives before its producer, a link to a span inside a step, a join.
SELECT edge_id, status, count
FROM run_edges
WHERE run_id = 'golden-graph-links'
ORDER BY first_time, edge_id
