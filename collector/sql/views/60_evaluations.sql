-- One row an evaluation: an event `gen_ai.evaluation.result`, or an evaluation or annotation that a span carries (OpenInference).
-- example: SELECT name, count() AS evaluations, avg(score) AS mean_score, countIf(label = 'fail') AS failed FROM evaluations
-- example: WHERE timestamp > now() - INTERVAL 7 DAY GROUP BY name ORDER BY name
CREATE OR REPLACE VIEW evaluations
(
    tenant LowCardinality(String) COMMENT 'Tenant of the record',
    run_id String COMMENT 'Run of the record',
    step_id String COMMENT 'Governed step that the record names; empty when none',
    trace_id String COMMENT 'Trace of what was evaluated, 32 lower-case hex digits; empty when none',
    span_id String COMMENT 'Span of what was evaluated, 16 lower-case hex digits; empty when none',
    response_id String COMMENT 'Id of the model''s response that was evaluated; empty when not said',
    name String COMMENT 'Name of the evaluation, for example relevance',
    score Nullable(Float64) COMMENT 'Score; null when not said',
    label String COMMENT 'Score in words, for example pass; empty when not said',
    explanation_digest String COMMENT 'Explanation, by digest; empty when not said',
    source LowCardinality(String) COMMENT 'event or span: which kind of record said it',
    timestamp DateTime64(9, 'UTC') COMMENT 'Time of the event, or end of the span',
    cursor UInt64 COMMENT 'Position of the record in the ledger'
)
AS
SELECT
    tenant, run_id, step_id,
    trace_id, span_id,
    attributes['gen_ai.response.id'] AS response_id,
    attributes['gen_ai.evaluation.name'] AS name,
    toFloat64OrNull(if(
        mapContains(attributes, 'gen_ai.evaluation.score.value'),
        attributes['gen_ai.evaluation.score.value'],
        attributes['gen_ai.evaluation.score']
    )) AS score,
    if(
        mapContains(attributes, 'gen_ai.evaluation.score.label'),
        attributes['gen_ai.evaluation.score.label'],
        attributes['gen_ai.evaluation.label']
    ) AS label,
    attributes['gen_ai.evaluation.explanation'] AS explanation_digest,
    'event' AS source,
    time AS timestamp,
    cursor
FROM events
WHERE events.name = 'gen_ai.evaluation.result'
UNION ALL
SELECT
    tenant, run_id, step_id,
    lower(hex(span_rows.trace_id)) AS trace_id,
    lower(hex(span_rows.span_id)) AS span_id,
    response_id,
    attributes[concat(prefix, 'name')] AS name,
    toFloat64OrNull(attributes[concat(prefix, 'score')]) AS score,
    attributes[concat(prefix, 'label')] AS label,
    attributes[concat(prefix, 'explanation')] AS explanation_digest,
    'span' AS source,
    end_time AS timestamp,
    cursor
FROM span_rows FINAL
ARRAY JOIN arrayMap(
    key -> substring(key, 1, length(key) - 4),
    arrayFilter(key -> match(key, '^(evaluations|annotations)\\.\\d+\\.\\w+\\.name$'), mapKeys(attributes))
) AS prefix
WHERE evaluated;
