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

-- Fills run_traces: one row a run and trace of an insert block.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_run_traces TO run_traces AS
SELECT DISTINCT
    tenant,
    run_id,
    trace_id
FROM recorded
WHERE run_id != '' AND trace_id != toFixedString('', 16);
