-- Steps of some of {runs} runs that began within the last 30 days: exponential in number and duration, nodes and agents skewed (of 200 nodes
-- the first fifth runs more than half of the steps; four nodes an agent), four of five governed.
INSERT INTO step_rows
(
    tenant, run_id, run_stamped, step_id, attempt, event_date, version, is_deleted, source, origin, cursor, received_at,
    trace_id, span_id, parent_span_id, governed, node_id, node_kind, operation, step_index, visit, verdict, status, blocked,
    block_check, block_reason, block_rule, checks_name, checks_outcome, checks_reason, identity_subject, identity_method,
    policy_id, policy_version, risk_tier, compliance_profile, confidence, input_tokens, output_tokens, cost_usd, cost_source,
    carbon_gco2e, call_count, sla_target_ms, sla_met, input_digest, output_digest, edge_from, agent_name, workflow_name, model,
    provider, error_type, error_message, span_name, service_name, start_time, end_time, duration_ms
)
WITH
    (salt, n) -> (sipHash64(n, salt) % 1000000 + 0.5) / 1000000 AS uniform,
    toUInt16(floor(200 * pow(uniform('node', seed), 3))) AS node,
    uniform('outcome', seed) AS luck,
    uniform('governed', seed) < 0.8 AS is_governed,
    uniform('call', seed) < 0.6 AS has_call,
    is_governed AND luck < 0.03 AS is_blocked,
    is_governed AND luck BETWEEN 0.03 AND 0.04 AS is_paused,
    luck BETWEEN 0.04 AND 0.07 AS is_failed,
    toInt64(-log(uniform('duration', seed)) * 200000000 * (1 + node % 7)) AS nanos,
    ['identity', 'tenant', 'rate_limit', 'budget', 'policy', 'input_guardrail', 'risk', 'execution', 'output_guardrail'] AS checks
SELECT
    'default',
    concat('run-', run_hash) AS run_id,
    true,
    concat('step-', step_hash),
    1,
    toDate(start_time) AS event_date,
    bitShiftLeft(toUInt64(2), 62) + 4611686018427387903 - cursor,
    0,
    'outcome',
    1023,
    bitShiftLeft(toUInt64(intDiv(start_nano, 1000000) - 1704067200000), 22) + bitShiftLeft(toUInt64(1023), 12) + seed % 4096 AS cursor,
    end_time + INTERVAL 2 SECOND,
    unhex(concat(run_hash, hex(sipHash64(run_hash)))),
    unhex(concat(substring(step_hash, 1, 15), '0')),
    reinterpretAsFixedString(sipHash64(run, 'root')),
    is_governed,
    concat('node-', leftPad(toString(node), 3, '0')) AS node_id,
    if(has_call, 'model', 'tool'),
    if(has_call, 'chat', 'execute_tool'),
    place,
    1,
    multiIf(NOT is_governed, '', is_blocked, 'reject', is_paused, 'escalate', 'commit'),
    multiIf(is_blocked, 'blocked', is_paused, 'paused', is_failed, 'failed', 'completed'),
    is_blocked,
    if(is_blocked, 'policy', ''),
    if(is_blocked, concat('may not use tool ', toString(node % 30)), ''),
    if(is_blocked, concat('rule-', toString(node % 40)), ''),
    if(is_governed, checks, []),
    if(is_governed, arrayMap(check -> if(is_blocked AND check = 'policy', 'deny', 'pass'), checks), []),
    if(is_blocked, ['policy:denied'], []),
    concat('service-', toString(node % 20)),
    'jwt',
    concat('policy-', toString(node % 10)),
    '3',
    1 + node % 4,
    'eu-ai-act',
    if(is_governed, round(uniform('confidence', seed), 3), NULL),
    if(has_call, toUInt64(uniform('input', seed) * 20000), NULL),
    if(has_call, toUInt64(uniform('output', seed) * 2000), NULL),
    if(has_call, toDecimal64(round(uniform('cost', seed), 6), 9), NULL),
    if(has_call, 'sdk', ''),
    if(has_call, round(uniform('carbon', seed) * 10, 3), NULL),
    has_call,
    2000,
    nanos <= 2000000000,
    lower(hex(SHA256(toString(seed)))),
    lower(hex(SHA256(concat(toString(seed), 'out')))),
    if(place = 0, [], [concat('node-', leftPad(toString(toUInt16(floor(200 * pow(uniform('node', seed - 1), 3)))), 3, '0'))]),
    concat('agent-', leftPad(toString(intDiv(node, 4)), 2, '0')),
    concat('workflow-', toString(run % 20)),
    if(has_call, ['gpt-5.2', 'gpt-5.2-mini', 'claude-opus-4-8', 'claude-haiku-4-8'][1 + node % 4], ''),
    if(has_call, if(node % 4 < 2, 'openai', 'anthropic'), ''),
    if(is_failed, 'timeout', ''),
    if(is_failed, 'the upstream did not answer in time', ''),
    'step',
    concat('service-', toString(run % 5)),
    fromUnixTimestamp64Nano(start_nano, 'UTC') AS start_time,
    fromUnixTimestamp64Nano(start_nano + nanos, 'UTC') AS end_time,
    nanos / 1e6
FROM
(
    WITH
        (salt, n) -> (sipHash64(n, salt) % 1000000 + 0.5) / 1000000 AS uniform,
        (salt, n) -> leftPad(lower(hex(sipHash64(n, salt))), 16, '0') AS hash,
        toInt64({end_ms:Int64}) * 1000000 - 2592000000000000 AS first_nano,
        least(toUInt32(20 * {mean_steps:Float64}), 1 + toUInt32(-log(uniform('length', run)) * ({mean_steps:Float64} - 1))) AS length,
        toInt64((run + uniform('begin', run)) / {runs:UInt32} * 2591000000000000) AS run_nano
    SELECT
        number AS run,
        place,
        run * 1048576 + place AS seed,
        hash('run', run) AS run_hash,
        hash('step', seed) AS step_hash,
        first_nano + run_nano + place * 900000000 + toInt64(uniform('start', seed) * 500000000) AS start_nano
    FROM numbers({first_run:UInt32}, {run_count:UInt32})
    ARRAY JOIN range(length) AS place
    -- In the order of the table: few columns are sorted faster than all.
    ORDER BY intDiv(start_nano, 86400000000000), run_hash, step_hash
)
