-- A decision without outcome: running while the run is, lost once the run has ended.
SELECT run_id, step_id, source, status, executed
FROM steps
WHERE run_id LIKE 'golden-step-lost-%'
ORDER BY run_id, step_id;
SELECT run_id, status, step_count, open_steps, failed_steps
FROM runs
WHERE run_id LIKE 'golden-step-lost-%'
ORDER BY run_id
