SELECT *
FROM
(
    SELECT run_id, 'node' AS kind, toString(node_id) AS id, status, current, dead_end, visits, attempts
    FROM run_nodes
    WHERE tenant = 'graph-status'
    UNION ALL
    SELECT run_id, 'edge' AS kind, edge_id AS id, status, NULL AS current, NULL AS dead_end, count AS visits, NULL AS attempts
    FROM run_edges
    WHERE tenant = 'graph-status'
)
ORDER BY run_id, kind DESC, id
