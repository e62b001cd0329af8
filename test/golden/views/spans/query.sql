SELECT trace_id, parent_span_id, name, kind, status_code, duration_ms, end_time_unix_nano, anomalies, run_id
FROM spans
WHERE tenant = 'spans'
ORDER BY cursor
