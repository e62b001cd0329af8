-- Where the generated traces' records stand.
INSERT INTO trace_days
SELECT DISTINCT tenant, trace_id, event_date, toDate(received_at) AS received_date
FROM step_rows
