SELECT run_id, status, ended, end_inferred
FROM runs
WHERE tenant = 'run-status'
ORDER BY run_id
