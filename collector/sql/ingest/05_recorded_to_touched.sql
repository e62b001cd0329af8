-- Fills touched: one row a trace and run of an insert block, at the highest cursor.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_touched TO touched AS
SELECT
    origin,
    max(recorded.cursor) AS cursor,
    tenant,
    trace_id,
    run_id,
    run_stamped
FROM recorded
WHERE run_id != ''
GROUP BY origin, tenant, trace_id, run_id, run_stamped;

-- Fills run_traces: one row a run, trace and day of an insert block.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_run_traces TO run_traces AS
SELECT DISTINCT
    tenant,
    run_id,
    trace_id,
    event_date,
    toDate(received_time) AS received_date
FROM recorded
WHERE run_id != '';

-- Fills trace_days: one row a trace and day of an insert block.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_trace_days TO trace_days AS
SELECT DISTINCT
    tenant,
    trace_id,
    event_date,
    toDate(received_time) AS received_date
FROM recorded
WHERE trace_id != toFixedString('', 16);
