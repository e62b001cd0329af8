-- Sessions: runs of one conversation; lone spans of one service within a minute of one another, said to be inferred.
SELECT session_id, inferred, run_ids, run_count, step_count, total_tokens, duration_ms
FROM sessions
WHERE has(service_names, 'sessions-case')
ORDER BY session_id
