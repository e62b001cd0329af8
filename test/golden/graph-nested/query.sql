-- An ungoverned trace: nested agents with other spans between them, an agent that calls itself, and a governed run inside.
SELECT node_id, status, current, visits, attempts, step_count, count, error_count, node_kind, tokens_used
FROM run_nodes
WHERE run_id = 'golden-graph-nested'
ORDER BY first_start, node_id;
SELECT edge_id, status, count
FROM run_edges
WHERE run_id = 'golden-graph-nested'
ORDER BY first_time, edge_id;
SELECT node_id, parent_run_id, parent_step_id
FROM steps
WHERE run_id LIKE 'golden-graph-nested%' AND (governed OR node_id = 'crew')
ORDER BY start_time;
SELECT edge_id, status, count
FROM run_edges
WHERE run_id = 'golden-graph-nested-child'
ORDER BY first_time, edge_id;
SELECT run_id, parent_run_id
FROM runs
WHERE run_id LIKE 'golden-graph-nested%'
ORDER BY run_id
