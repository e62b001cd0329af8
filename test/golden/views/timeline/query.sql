SELECT kind, name, time, elapsed_ms, step_id, status, verdict
FROM timeline
WHERE tenant = 'timeline' AND run_id = 'r'
ORDER BY time, entry_id
