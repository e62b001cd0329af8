SELECT run_id, source, status
FROM steps
WHERE tenant = 'lost'
ORDER BY cursor
