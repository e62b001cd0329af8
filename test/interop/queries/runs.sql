-- One row a run of a recording, in the order of start.
SELECT
    row_number() OVER (ORDER BY start_time, run_id) AS run, length(trace_ids) AS traces, status, workflow_name, agent_names,
    models, arrayMap(id -> if(match(id, '^[0-9a-f-]{36}$'), 'a UUID', id), conversation_ids) AS conversation_ids,
    span_count, step_count, node_count, failed_steps, input_tokens AS input, output_tokens AS output,
    total_cost_usd AS cost_usd
FROM runs
WHERE has(service_names, {service: String})
ORDER BY run
