-- Where the generated runs' records stand.
INSERT INTO run_traces
SELECT DISTINCT tenant, run_id, trace_id, event_date, toDate(received_at) AS received_date
FROM step_rows
