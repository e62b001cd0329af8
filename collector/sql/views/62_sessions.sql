-- One row a session: the runs that name one conversation or session; and, inferred, runs of a single span that came from one service
-- within a minute of one another, as instrumentations give that lose the parents of their spans. Other runs stand in no session.
-- example: SELECT session_id, inferred, run_count, step_count, total_cost_usd, duration_ms FROM sessions
-- example: ORDER BY start_time DESC LIMIT 10
CREATE OR REPLACE VIEW sessions
(
    tenant LowCardinality(String) COMMENT 'Tenant of the runs',
    session_id String COMMENT 'Conversation or session id as sent; for an inferred session inferred: and its first run',
    inferred Bool COMMENT 'True when only service and time say that the runs belong together',
    run_ids Array(String) COMMENT 'Runs of the session in order of their start, at most 1000',
    run_count UInt64 COMMENT 'Number of runs',
    service_names Array(String) COMMENT 'Services that took part, at most 100',
    agent_names Array(String) COMMENT 'Agents that took part, at most 100',
    models Array(String) COMMENT 'Models that answered, at most 100',
    start_time DateTime64(9, 'UTC') COMMENT 'Start of the first run',
    end_time DateTime64(9, 'UTC') COMMENT 'End of the last run to end',
    duration_ms Float64 COMMENT 'End minus start, milliseconds',
    step_count UInt64 COMMENT 'Steps of the runs',
    failed_steps UInt64 COMMENT 'Steps that failed',
    violation_count UInt64 COMMENT 'Checks that denied',
    total_tokens UInt64 COMMENT 'Input and output tokens',
    total_cost_usd Decimal(38, 9) COMMENT 'Cost in US dollars'
)
AS
WITH
    lone AS
    (
        SELECT
            *,
            max(end_time) OVER (
                PARTITION BY tenant, service_names ORDER BY start_time, run_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS last_end
        FROM runs
        WHERE empty(conversation_ids) AND span_count = 1
    ),
    placed AS
    (
        SELECT
            *,
            sum(start_time > last_end + INTERVAL 60 SECOND) OVER (
                PARTITION BY tenant, service_names ORDER BY start_time, run_id
            ) AS place
        FROM lone
    ),
    named AS
    (
        SELECT *, arrayJoin(conversation_ids) AS session_name, false AS guessed FROM runs WHERE notEmpty(conversation_ids)
        UNION ALL
        SELECT
            * EXCEPT (last_end, place),
            concat('inferred:', argMin(run_id, (start_time, run_id)) OVER (PARTITION BY tenant, service_names, place)) AS session_name,
            true AS guessed
        FROM placed
    )
SELECT
    tenant,
    session_name AS session_id,
    CAST(guessed AS Bool) AS inferred,
    arrayMap(run -> run.2, arraySlice(arraySort(groupArray((named.start_time, run_id))), 1, 1000)) AS run_ids,
    count() AS run_count,
    arraySort(groupUniqArrayArray(100)(named.service_names)) AS service_names,
    arraySort(groupUniqArrayArray(100)(named.agent_names)) AS agent_names,
    arraySort(groupUniqArrayArray(100)(named.models)) AS models,
    min(named.start_time) AS start_time,
    max(named.end_time) AS end_time,
    greatest(0, toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)) / 1e6 AS duration_ms,
    sum(named.step_count) AS step_count,
    sum(named.failed_steps) AS failed_steps,
    sum(named.violation_count) AS violation_count,
    sum(named.total_tokens) AS total_tokens,
    sum(named.total_cost_usd) AS total_cost_usd
FROM named
GROUP BY tenant, session_name, guessed
HAVING NOT guessed OR run_count > 1;
