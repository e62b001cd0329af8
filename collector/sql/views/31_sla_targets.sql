-- One row a service level target: what the latencies and the error rate of an agent, a node or both should be within a window.
-- To an agent and node that several targets fit applies the one that names both, else the agent, else the node, else neither; of
-- equal ones one made by the API before one of the file, then the latest.
-- example: SELECT target_id, agent_name, node_id, window_seconds, p95_ms, error_rate FROM sla_targets WHERE enabled
CREATE OR REPLACE VIEW sla_targets
(
    tenant LowCardinality(String) COMMENT 'Tenant that the target is for',
    target_id String COMMENT 'Id of the target',
    source LowCardinality(String) COMMENT 'api or file: where it is edited',
    agent_name String COMMENT 'Agent; empty for any',
    node_id String COMMENT 'Node; empty for any',
    window_seconds UInt32 COMMENT 'Length of the windows, seconds; a day is a multiple of it',
    p50_ms Nullable(Float64) COMMENT 'Most that the median may be, milliseconds; null for no target',
    p95_ms Nullable(Float64) COMMENT 'Most that the 95th percentile may be, milliseconds; null for no target',
    p99_ms Nullable(Float64) COMMENT 'Most that the 99th percentile may be, milliseconds; null for no target',
    error_rate Nullable(Float64) COMMENT 'Most that the share of failed steps may be, 0 to 1; null for no target',
    min_count UInt32 COMMENT 'Steps that a window needs before it can be a breach',
    enabled Bool COMMENT 'False for a target that is kept but does not apply',
    rank UInt8 COMMENT 'How much the target names: 3 agent and node, 2 agent, 1 node, 0 neither',
    updated_at DateTime64(3, 'UTC') COMMENT 'When it was written',
    updated_by String COMMENT 'Key id of who wrote it, or the file; empty where the collector has no keys'
)
AS
SELECT
    tenant, target_id, toString(sla_target_rows.source) AS source, agent_name, node_id, window_seconds,
    p50_ms, p95_ms, p99_ms, error_rate, min_count, enabled,
    2 * (agent_name != '') + (node_id != '') AS rank,
    updated_at, updated_by
FROM sla_target_rows FINAL;
