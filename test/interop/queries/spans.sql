-- One row a span of a recording, in the order of start. Numbers stand for ids: of the trace, the span and its parent.
WITH
    mine AS (
        SELECT *, min(start_time) OVER (PARTITION BY trace_id) AS trace_start
        FROM spans
        WHERE service_name = {service: String}
    ),
    numbered AS (
        SELECT
            *,
            dense_rank() OVER (ORDER BY trace_start, trace_id) AS trace,
            row_number() OVER (ORDER BY trace_start, trace_id, start_time, end_time DESC, cursor DESC) AS span
        FROM mine
    )
SELECT
    numbered.trace AS trace, numbered.span AS span,
    multiIf(numbered.parent_span_id = '', '', parent.span = 0, 'missing', toString(parent.span)) AS parent,
    numbered.name AS name, numbered.operation AS operation, numbered.node_id AS node_id, numbered.model AS model,
    numbered.provider AS provider, numbered.input_tokens AS input, numbered.output_tokens AS output,
    numbered.cache_read_tokens AS cache_read, numbered.cache_write_tokens AS cache_write,
    numbered.reasoning_tokens AS reasoning, numbered.usage_counted AS counted, numbered.cost_usd AS cost_usd,
    numbered.status_code AS status, numbered.response_id AS response_id
FROM numbered
LEFT JOIN numbered AS parent ON parent.trace_id = numbered.trace_id AND parent.span_id = numbered.parent_span_id
ORDER BY span
