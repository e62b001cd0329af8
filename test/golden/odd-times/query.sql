-- Odd times are kept to the nanosecond and flagged, never dropped.
SELECT name, start_time_unix_nano, end_time_unix_nano, anomalies, duration_ms, end_time >= start_time AS in_order, if(start_time_unix_nano = 0 AND end_time_unix_nano = 0, start_time = received_at, NULL) AS stands_at_arrival
FROM spans
WHERE trace_id = 'e1bf76e79db149f5d19a035a1bb5d105'
ORDER BY name
