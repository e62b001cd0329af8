-- Cost: a stated total, else the sum of stated parts; another currency is none in dollars; who computed it.
SELECT name, cost_usd, cost_counted
FROM spans
WHERE trace_id = '6208c64c59e9688921280aed858653c6'
ORDER BY start_time;
SELECT span_name, cost_usd, cost_source
FROM steps
WHERE trace_id = '6208c64c59e9688921280aed858653c6'
ORDER BY start_time;
SELECT total_cost_usd
FROM runs
WHERE run_id = '6208c64c59e9688921280aed858653c6'
