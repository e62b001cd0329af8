-- Writes what the given runs came to: one row a run. A run that has lost all its records to another run is deleted.
-- PREWHERE names columns of the sorting keys alone, which are the same in all versions of a row: the rest is read of few rows.
-- The version is the time of this query, never less than what stands: the last pass that looked wins, though it may have found less.
INSERT INTO run_rows
WITH
    wanted AS
    (
        SELECT arrayJoin({runs:Array(String)}) AS run_id
    ),
    standing AS
    (
        SELECT run_id, max(run_rows.version) AS last_version
        FROM run_rows
        WHERE tenant = {tenant:String} AND run_id IN wanted
        GROUP BY run_id
    ),
    span_totals AS
    (
        WITH parent_span_id = toFixedString('', 8) AS is_root
        SELECT
            run_id,
            arraySort(groupUniqArray(1000)(trace_id)) AS trace_ids,
            min(start_time) AS first_start,
            max(end_time) AS last_end,
            max(start_time) AS last_start,
            max(received_at) AS last_received,
            count() AS span_count,
            countIf(is_root) AS roots,
            maxIf(end_time, is_root) AS root_end,
            argMaxIf(status_code, (end_time, span_id), is_root) AS root_status,
            arraySort(groupUniqArrayIf(100)(service_name, service_name != '')) AS service_names,
            -- A roll-up may name the model asked for where its calls name the one that answered.
            arraySort(groupUniqArrayIf(100)(model, model != '' AND NOT is_rollup)) AS models,
            sumIf(ifNull(span_rows.input_tokens, 0), usage_counted) AS input_tokens,
            sumIf(ifNull(span_rows.output_tokens, 0), usage_counted) AS output_tokens,
            sumIf(ifNull(cost_usd, 0), cost_counted) AS total_cost_usd,
            -- Sums of doubles depend on their order in the last digits.
            round(sumKahanIf(ifNull(carbon_gco2e, 0), carbon_counted), 12) AS total_carbon_gco2e
        FROM span_rows FINAL
        PREWHERE tenant = {tenant:String}
            AND trace_id IN (SELECT trace_id FROM run_traces WHERE tenant = {tenant:String} AND run_id IN wanted)
            AND event_date IN {days:Array(Date)}
        WHERE run_id IN wanted
        GROUP BY run_id
    ),
    step_totals AS
    (
        SELECT
            run_id,
            min(start_time) AS first_start,
            max(end_time) AS last_end,
            max(received_at) AS last_received,
            -- The outermost workflow names the run.
            argMinIf(
                workflow_name, (parent_step_id != '', start_time, step_id, attempt), workflow_name != ''
            ) AS workflow_name,
            argMinIf(parent_run_id, (start_time, step_id, attempt), parent_run_id != '') AS parent_run_id,
            arraySort(groupUniqArrayIf(100)(agent_name, agent_name != '')) AS agent_names,
            arraySort(groupUniqArrayIf(100)(conversation_id, conversation_id != '')) AS conversation_ids,
            arraySort(groupUniqArrayIf(100)(verdict, verdict != '')) AS verdicts,
            arraySort(groupUniqArray(1000)(node_id)) AS node_ids,
            uniqExact(node_id) AS node_count,
            count() AS step_count,
            countIf(status = 'paused') AS paused_steps,
            countIf(status = 'failed') AS failed_steps,
            countIf(blocked) AS blocked_steps,
            countIf(source = 'decision' AND status = 'running') AS open_steps,
            sum(greatest(countEqual(checks_outcome, 'deny'), toUInt64(blocked))) AS violation_count,
            round(avgOrNull(confidence), 12) AS mean_confidence
        FROM step_rows FINAL
        PREWHERE tenant = {tenant:String} AND run_id IN wanted AND event_date IN {days:Array(Date)}
        GROUP BY run_id
    ),
    event_totals AS
    (
        -- Of events of one time an end is the last.
        WITH (time, name = 'spanledger.run.ended', event_id) AS place
        SELECT
            run_id,
            min(time) AS first_time,
            max(time) AS last_time,
            max(received_at) AS last_received,
            argMinIf(workflow_name, place, workflow_name != '') AS workflow_name,
            argMaxIf(attributes['spanledger.run.parent_id'], place, name = 'spanledger.run.started') AS parent_run_id,
            argMax(name, place) AS last_name,
            argMax(run_status, place) AS last_status
        FROM event_rows FINAL
        PREWHERE tenant = {tenant:String} AND run_id IN wanted AND event_date IN {days:Array(Date)}
            -- Names that some row has, not yet the one that counts: of most events nothing else is read.
            AND (run_id, event_id) IN (
                SELECT run_id, event_id
                FROM event_rows
                WHERE tenant = {tenant:String} AND run_id IN wanted AND event_date IN {days:Array(Date)}
                    AND startsWith(name, 'spanledger.run.')
            )
        WHERE startsWith(name, 'spanledger.run.')
        GROUP BY run_id
    )
SELECT
    {tenant:String} AS tenant,
    w.run_id AS run_id,
    greatest(toUInt64(toUnixTimestamp64Nano(now64(9))), p.last_version) AS version,
    s.span_count = 0 AND t.step_count = 0 AND e.last_name = '' AS is_deleted,
    -- What the run says, else the run whose step its own stand under.
    if(e.parent_run_id != '', e.parent_run_id, t.parent_run_id) AS parent_run_id,
    s.trace_ids AS trace_ids,
    if(t.workflow_name != '', t.workflow_name, e.workflow_name) AS workflow_name,
    s.service_names AS service_names,
    t.agent_names AS agent_names,
    t.conversation_ids AS conversation_ids,
    s.models AS models,
    t.verdicts AS verdicts,
    t.node_ids AS node_ids,
    lowerUTF8(arrayStringConcat(
        arrayConcat([run_id, workflow_name], service_names, agent_names, conversation_ids, models, node_ids), '\n'
    )) AS search_text,
    arrayMin(arrayFilter(x -> x > toDateTime64(0, 9, 'UTC'), [s.first_start, t.first_start, e.first_time])) AS start_time,
    greatest(s.last_end, t.last_end, e.last_time) AS end_time,
    -- A deleted run's row must not expire before those that it hides.
    if(is_deleted, now64(9), greatest(s.last_received, t.last_received, e.last_received)) AS last_received_at,
    multiIf(
        ended_by = 'event', if(e.last_status != '', e.last_status, 'completed'),
        ended_by = 'root', if(s.root_status = 2, 'failed', 'completed'),
        ''
    ) AS ended_status,
    multiIf(
        e.last_name = 'spanledger.run.ended', 'event',
        s.roots > 0 AND s.last_start <= s.root_end AND e.last_name != 'spanledger.run.paused'
            AND if(e.last_name = 'spanledger.run.resumed', e.last_time <= s.root_end, t.paused_steps = 0), 'root',
        ''
    ) AS ended_by,
    ended_by = '' AND e.last_name != 'spanledger.run.resumed'
        AND (e.last_name = 'spanledger.run.paused' OR t.paused_steps > 0) AS paused,
    t.failed_steps AS failed_steps,
    t.blocked_steps AS blocked_steps,
    t.open_steps AS open_steps,
    t.step_count AS step_count,
    t.node_count AS node_count,
    s.span_count AS span_count,
    t.violation_count AS violation_count,
    s.input_tokens AS input_tokens,
    s.output_tokens AS output_tokens,
    s.total_cost_usd AS total_cost_usd,
    s.total_carbon_gco2e AS total_carbon_gco2e,
    t.mean_confidence AS mean_confidence
FROM wanted AS w
LEFT JOIN standing AS p ON p.run_id = w.run_id
LEFT JOIN span_totals AS s ON s.run_id = w.run_id
LEFT JOIN step_totals AS t ON t.run_id = w.run_id
LEFT JOIN event_totals AS e ON e.run_id = w.run_id
WHERE NOT is_deleted OR p.last_version > 0
