-- One row something odd in the records of a run, found and never raised: times that can't be, records that came again with other content,
-- numbers missing in a producer's chain of an ended run, nodes named as predecessors that have no steps, steps that start after the run's end.
-- example: SELECT count() AS anomalies, groupUniqArray(reason) AS reasons FROM run_anomalies
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs)
CREATE OR REPLACE VIEW run_anomalies
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run',
    source LowCardinality(String) COMMENT 'Where it shows: step, ledger, chain, graph or run',
    reason LowCardinality(String) COMMENT 'For example end_before_start, conflicting_record, missing_records, unknown_predecessor, after_run_end',
    entry_type LowCardinality(String) COMMENT 'What is odd: span, log, record, node or step',
    node_id String COMMENT 'Node; empty when none',
    step_id String COMMENT 'Step; empty when none',
    attempt UInt32 COMMENT 'Attempt of the step; 0 when none',
    detail String COMMENT 'More in words: ids and counts, no content'
)
AS
WITH
    numbered AS
    (
        SELECT tenant, run_id, toString(chain_producer) AS producer, assumeNotNull(chain_seq) AS seq
        FROM steps
        WHERE chain_seq > 0
        UNION ALL
        SELECT tenant, run_id, attributes['spanledger.chain.producer'] AS producer, toUInt64OrZero(attributes['spanledger.chain.seq']) AS seq
        FROM events
        WHERE source = 'log' AND seq > 0
    ),
    run_end AS
    (
        SELECT tenant, run_id, max(time) AS ended_at
        FROM events
        WHERE startsWith(name, 'spanledger.run.')
        GROUP BY tenant, run_id
        HAVING argMax(name, (time, name = 'spanledger.run.ended')) = 'spanledger.run.ended'
    )
SELECT tenant, run_id, 'step' AS source, arrayJoin(anomalies) AS reason, if(source = 'decision', 'log', 'span') AS entry_type, node_id, step_id, attempt, '' AS detail
FROM steps
UNION ALL
SELECT tenant, run_id, 'chain', 'missing_records', 'record', '', '', 0, concat(toString(max(seq) - uniqExact(seq)), ' of ', toString(max(seq)), ' by ', producer)
FROM numbered
INNER JOIN (SELECT tenant, run_id FROM runs WHERE ended) AS run USING (tenant, run_id)
GROUP BY tenant, run_id, producer
HAVING max(seq) > uniqExact(seq)
UNION ALL
SELECT
    tenant, run_id, 'graph', 'unknown_predecessor', 'node',
    arrayJoin(arrayFilter(name -> name != '' AND NOT has(groupUniqArray(node_id), name), groupUniqArrayArray(edge_from))), '', 0, ''
FROM steps
GROUP BY tenant, run_id
UNION ALL
SELECT tenant, run_id, 'run', 'after_run_end', 'step', node_id, step_id, attempt, ''
FROM steps
INNER JOIN run_end USING (tenant, run_id)
WHERE start_time > ended_at
UNION ALL
SELECT tenant, run_id, 'ledger', 'conflicting_record', 'span', '', '', 0, concat('span ', lower(hex(span_id)), ' of trace ', lower(hex(trace_id)))
FROM (SELECT DISTINCT tenant, trace_id, span_id, other_origin, other_cursor FROM conflict_rows WHERE signal = 'span') AS conflict
INNER JOIN (
    SELECT tenant, run_id, trace_id, span_id
    FROM span_rows FINAL
    WHERE (tenant, trace_id, span_id) IN (SELECT tenant, trace_id, span_id FROM conflict_rows WHERE signal = 'span')
) AS span USING (tenant, trace_id, span_id)
UNION ALL
SELECT tenant, run_id, 'ledger', 'conflicting_record', 'log', '', '', 0, concat('event ', event_id)
FROM (SELECT DISTINCT tenant, event_id, other_origin, other_cursor FROM conflict_rows WHERE signal = 'log') AS conflict
INNER JOIN (SELECT tenant, run_id, event_id FROM events) AS event USING (tenant, event_id);
