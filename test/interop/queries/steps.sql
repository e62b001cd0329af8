-- One row a step of a recording, in the order of start; `span` is the number that the step's span has among the spans.
WITH
    mine AS (
        SELECT *, min(start_time) OVER (PARTITION BY trace_id) AS trace_start
        FROM spans
        WHERE service_name = {service: String}
    ),
    numbered AS (
        SELECT
            trace_id, span_id,
            row_number() OVER (ORDER BY trace_start, trace_id, start_time, end_time DESC, cursor DESC) AS span
        FROM mine
    ),
    runs_of AS (SELECT run_id, dense_rank() OVER (ORDER BY start_time, run_id) AS run FROM runs WHERE has(service_names, {service: String}))
SELECT
    runs_of.run AS run, numbered.span AS span, node_id, node_kind, operation, agent_name, workflow_name, model, provider,
    input_tokens AS input, output_tokens AS output, cache_read_tokens AS cache_read, cache_write_tokens AS cache_write,
    reasoning_tokens AS reasoning, cost_usd, cost_source, tool_name, tool_call_id,
    if(match(steps.conversation_id, '^[0-9a-f-]{36}$'), 'a UUID', steps.conversation_id) AS conversation_id,
    user_digest != '' AS has_user, status, error_type, error_message
FROM steps
LEFT JOIN numbered ON numbered.trace_id = steps.trace_id AND numbered.span_id = steps.span_id
LEFT JOIN runs_of ON runs_of.run_id = steps.run_id
WHERE service_name = {service: String}
ORDER BY span
