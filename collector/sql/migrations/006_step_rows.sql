-- What steps mean: one row a step and attempt; an outcome stands above a decision, the first to arrive above a later one. Read through the view `steps`.
CREATE TABLE IF NOT EXISTS step_rows
(
    tenant LowCardinality(String),
    run_id String CODEC(ZSTD(1)),
    run_stamped Bool,
    step_id String CODEC(ZSTD(1)),
    attempt UInt32 CODEC(ZSTD(1)),
    event_date Date,
    version UInt64 CODEC(ZSTD(1)),
    is_deleted UInt8 CODEC(ZSTD(1)),
    source Enum8('span' = 0, 'decision' = 1, 'outcome' = 2),
    origin UInt16,
    cursor UInt64 CODEC(Delta, ZSTD(1)),
    received_at DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    span_id FixedString(8) CODEC(ZSTD(1)),
    parent_span_id FixedString(8) CODEC(ZSTD(1)),
    governed Bool,
    node_id LowCardinality(String),
    node_kind LowCardinality(String),
    operation LowCardinality(String),
    step_index Nullable(UInt32) CODEC(ZSTD(1)),
    visit UInt32 CODEC(ZSTD(1)),
    verdict LowCardinality(String),
    status LowCardinality(String),
    blocked Bool,
    block_check LowCardinality(String),
    block_reason String CODEC(ZSTD(1)),
    block_rule LowCardinality(String),
    checks_name Array(LowCardinality(String)) CODEC(ZSTD(1)),
    checks_outcome Array(LowCardinality(String)) CODEC(ZSTD(1)),
    checks_reason Array(String) CODEC(ZSTD(1)),
    checks_duration_us Array(Float64) CODEC(ZSTD(1)),
    identity_subject LowCardinality(String),
    identity_method LowCardinality(String),
    policy_id LowCardinality(String),
    policy_version LowCardinality(String),
    budget_limit_usd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    budget_spent_usd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    budget_remaining_usd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    risk_tier Nullable(UInt8) CODEC(ZSTD(1)),
    taint_labels Array(LowCardinality(String)) CODEC(ZSTD(1)),
    compliance_profile LowCardinality(String),
    confidence Nullable(Float64) CODEC(ZSTD(1)),
    input_tokens Nullable(UInt64) CODEC(ZSTD(1)),
    output_tokens Nullable(UInt64) CODEC(ZSTD(1)),
    cache_read_tokens Nullable(UInt64) CODEC(ZSTD(1)),
    cache_write_tokens Nullable(UInt64) CODEC(ZSTD(1)),
    reasoning_tokens Nullable(UInt64) CODEC(ZSTD(1)),
    cost_usd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    cost_source LowCardinality(String),
    price_version LowCardinality(String),
    carbon_gco2e Nullable(Float64) CODEC(ZSTD(1)),
    carbon_method LowCardinality(String),
    call_count UInt32 CODEC(ZSTD(1)),
    sla_target_ms Nullable(Float64) CODEC(ZSTD(1)),
    sla_met Nullable(Bool) CODEC(ZSTD(1)),
    input_digest String CODEC(ZSTD(1)),
    output_digest String CODEC(ZSTD(1)),
    state_digest String CODEC(ZSTD(1)),
    edge_from Array(LowCardinality(String)) CODEC(ZSTD(1)),
    edge_outcome LowCardinality(String),
    agent_name LowCardinality(String),
    agent_id LowCardinality(String),
    workflow_name LowCardinality(String),
    model LowCardinality(String),
    provider LowCardinality(String),
    tool_name LowCardinality(String),
    tool_call_id String CODEC(ZSTD(1)),
    conversation_id String CODEC(ZSTD(1)),
    user_digest String CODEC(ZSTD(1)),
    error_type LowCardinality(String),
    error_message String CODEC(ZSTD(1)),
    span_name LowCardinality(String),
    service_name LowCardinality(String),
    chain_producer LowCardinality(String),
    chain_seq Nullable(UInt64) CODEC(ZSTD(1)),
    start_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    end_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    duration_ms Float64 CODEC(ZSTD(1)),
    anomalies Array(LowCardinality(String)) CODEC(ZSTD(1)),
    -- Stored, so that no query over many runs has to read all checks.
    executed Bool MATERIALIZED source != 'decision' AND (
        status NOT IN ('blocked', 'paused', 'skipped')
        OR checks_outcome[indexOf(checks_name, 'execution')] NOT IN ('', 'skip')
        OR block_check IN ('execution', 'output_guardrail', 'audit', 'sla')
    ),
    denied_checks Array(LowCardinality(String)) MATERIALIZED arrayFilter(
        (name, outcome) -> outcome = 'deny', checks_name, arrayResize(checks_outcome, length(checks_name))
    ) CODEC(ZSTD(1)),
    -- Reasons of passed and skipped checks may be left out: then they belong to the other checks, in order.
    denied_reasons Array(String) MATERIALIZED arrayMap(place -> checks_reason[place], arrayFilter(
        (place, outcome) -> outcome = 'deny',
        if(
            length(checks_reason) >= length(checks_name),
            arrayEnumerate(checks_name),
            arrayCumSum(outcome -> outcome NOT IN ('pass', 'skip'), arrayResize(checks_outcome, length(checks_name)))
        ),
        arrayResize(checks_outcome, length(checks_name))
    )) CODEC(ZSTD(1)),
    violation_count UInt16 MATERIALIZED greatest(length(denied_checks), toUInt64(blocked)) CODEC(ZSTD(1)),
    INDEX by_step_id step_id TYPE bloom_filter GRANULARITY 1,
    INDEX by_cursor cursor TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY event_date
ORDER BY (tenant, run_id, step_id, attempt, event_date)
-- One file a part until it is large: of a part of many files the files cost more than the rows.
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 67108864;
