-- What the generated runs came to, as the settling pass would have written it.
INSERT INTO run_rows
SELECT
    tenant,
    run_id,
    toUInt64(toUnixTimestamp64Nano(max(received_at))) AS version,
    0 AS is_deleted,
    '' AS parent_run_id,
    [any(trace_id)] AS trace_ids,
    any(step_rows.workflow_name) AS workflow_name,
    [any(service_name)] AS service_names,
    arraySort(groupUniqArray(100)(agent_name)) AS agent_names,
    [] AS conversation_ids,
    arraySort(groupUniqArrayIf(100)(model, model != '')) AS models,
    arraySort(groupUniqArrayIf(100)(verdict, verdict != '')) AS verdicts,
    arraySort(groupUniqArray(1000)(node_id)) AS node_ids,
    lowerUTF8(arrayStringConcat(
        arrayConcat([run_id, workflow_name], service_names, agent_names, models, node_ids), '\n'
    )) AS search_text,
    min(step_rows.start_time) AS start_time,
    max(step_rows.end_time) AS end_time,
    max(received_at) AS last_received_at,
    if(countIf(status = 'paused') > 0, '', 'completed') AS ended_status,
    if(ended_status = '', '', 'root') AS ended_by,
    ended_status = '' AS paused,
    countIf(status = 'failed') AS failed_steps,
    countIf(blocked) AS blocked_steps,
    0 AS open_steps,
    count() AS step_count,
    uniqExact(node_id) AS node_count,
    toUInt32(1 + count() + sum(call_count)) AS span_count,
    sum(step_rows.violation_count) AS violation_count,
    sum(ifNull(step_rows.input_tokens, 0)) AS input_tokens,
    sum(ifNull(step_rows.output_tokens, 0)) AS output_tokens,
    sum(ifNull(cost_usd, 0)) AS total_cost_usd,
    round(sum(ifNull(carbon_gco2e, 0)), 12) AS total_carbon_gco2e,
    round(avgOrNull(confidence), 12) AS mean_confidence
FROM step_rows
GROUP BY tenant, run_id
