-- One row a thing that happened in a run: each event, and each step that has an outcome, at its end.
-- Order within a run: time, then entry_id.
-- example: SELECT elapsed_ms, kind, name, node_id, status FROM timeline
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs) ORDER BY time, entry_id
CREATE OR REPLACE VIEW timeline
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run',
    entry_id String COMMENT 'Name of the entry within its run: the event id, or step, step id and attempt',
    kind LowCardinality(String) COMMENT 'log, span_event or step',
    name LowCardinality(String) COMMENT 'Event name; spanledger.step. and the status for a step',
    time DateTime64(9, 'UTC') COMMENT 'When it happened; the end of a step',
    elapsed_ms Float64 COMMENT 'Milliseconds since the run''s start; 0 while the run is not settled',
    node_id LowCardinality(String) COMMENT 'Node; empty when none',
    step_id String COMMENT 'Step; empty when none',
    attempt UInt32 COMMENT 'Attempt of the step',
    status LowCardinality(String) COMMENT 'Status of the step, or of the run that the event states; empty when none',
    verdict LowCardinality(Nullable(String)) COMMENT 'Verdict of a step; null otherwise',
    body String COMMENT 'Body of a log record as text',
    attributes Map(LowCardinality(String), String) COMMENT 'Attributes of an event as text; personal content by digest',
    cursor UInt64 COMMENT 'Position in the ledger'
)
AS
SELECT
    entry.*,
    if(toUnixTimestamp64Nano(run.start_time) = 0, 0,
        (toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(run.start_time)) / 1e6) AS elapsed_ms
FROM
(
    SELECT
        tenant, run_id, event_id AS entry_id, source AS kind, name, time, node_id, step_id, attempt,
        run_status AS status, CAST(NULL AS LowCardinality(Nullable(String))) AS verdict, body, attributes, cursor
    FROM events
    UNION ALL
    SELECT
        tenant, run_id, concat('step:', step_id, ':', toString(attempt)) AS entry_id, 'step' AS kind,
        concat('spanledger.step.', status) AS name, timestamp AS time, node_id, step_id, attempt,
        status, verdict, '' AS body, map() AS attributes, cursor
    FROM steps
    WHERE source != 'decision'
) AS entry
LEFT JOIN (SELECT tenant, run_id, start_time FROM runs) AS run USING (tenant, run_id);
