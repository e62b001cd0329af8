-- A span that ends before it starts, number 4 of a chain missing, records that came with other content, a step after the end of its run.
SELECT source, reason, entry_type, node_id, step_id, attempt, replaceRegexpAll(detail, '[0-9a-f]{16,}', 'ID') AS detail
FROM run_anomalies
WHERE run_id LIKE 'golden-graph-anomalies%'
ORDER BY source, reason, entry_type, step_id
