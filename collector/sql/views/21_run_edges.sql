-- One row an edge of a run's graph: nodes, type and outcome. Edges are what records say, never the order in which they came. The types:
-- transition (a step names the nodes that led to it), parent (a step stands inside another), link (a span of a step links to one of another).
-- An edge is selected when it was walked, or its source completed and its target waits; else blocked when its source is a dead end, skipped
-- when a step says so or the run has ended, and pending otherwise.
-- example: SELECT edge_id, from_node, to_node, type, outcome, status, count FROM run_edges
-- example: WHERE run_id = (SELECT argMax(run_id, start_time) FROM runs) ORDER BY first_time, edge_id
CREATE OR REPLACE VIEW run_edges
(
    tenant LowCardinality(String) COMMENT 'Tenant of the run',
    run_id String COMMENT 'Run',
    edge_id String COMMENT 'from:type:to, or from:outcome:to where there is an outcome; % and : in the parts are written %25 and %3A',
    from_node String COMMENT 'Node that it comes from; a node without steps has no row in run_nodes',
    to_node String COMMENT 'Node that it leads to',
    type LowCardinality(String) COMMENT 'transition, parent or link',
    status LowCardinality(String) COMMENT 'selected, pending, skipped or blocked',
    outcome LowCardinality(String) COMMENT 'Outcome by which a transition was chosen; empty when not said, and for the other types',
    count UInt64 COMMENT 'How often it was walked: steps at the end of it that ran, whatever their attempts',
    first_time DateTime64(9, 'UTC') COMMENT 'Start of the first step at the end of it'
)
AS
WITH
    walk AS
    (
        SELECT tenant, run_id, step_id, status, start_time, node_id AS to_node, source AS from_node, 'transition' AS type, edge_outcome AS outcome
        FROM steps
        ARRAY JOIN arrayDistinct(edge_from) AS source
        WHERE source != ''
        UNION ALL
        SELECT tenant, run_id, step_id, status, start_time, node_id AS to_node, parent.node AS from_node, 'parent' AS type, '' AS outcome
        FROM (SELECT * FROM steps WHERE parent_step_id != '' AND parent_run_id = '') AS child
        INNER JOIN (
            SELECT tenant, run_id, step_id AS parent_step_id, argMin(node_id, attempt) AS node FROM step_rows FINAL GROUP BY ALL
        ) AS parent USING (tenant, run_id, parent_step_id)
        UNION ALL
        SELECT tenant, run_id, step_id, status, start_time, node_id AS to_node, target.node AS from_node, 'link' AS type, '' AS outcome
        FROM (SELECT *, arrayJoin(linked_spans) AS span FROM steps) AS linking
        INNER JOIN (
            SELECT
                tenant, run_id, step_id AS target_step, node_id AS node,
                arrayJoin(arrayDistinct(arrayPushBack(linkable_spans, if(source = 'decision', '', lower(concat(hex(trace_id), hex(span_id))))))) AS span
            FROM step_rows FINAL
        ) AS target USING (tenant, run_id, span)
        WHERE step_id != target_step
    ),
    name -> replaceAll(replaceAll(name, '%', '%25'), ':', '%3A') AS part
SELECT
    walk.tenant AS tenant, walk.run_id AS run_id,
    arrayStringConcat(
        arrayMap(part, multiIf(
            outcome = '', [from_node, type, to_node],
            outcome IN ('transition', 'parent', 'link'), [from_node, type, outcome, to_node],
            [from_node, outcome, to_node]
        )),
        ':'
    ) AS edge_id,
    from_node, to_node, type,
    multiIf(
        count > 0 OR (any(source_node.status) = 'completed' AND countIf(walk.status IN ('waiting', 'pending')) > 0), 'selected',
        any(source_node.dead_end), 'blocked',
        countIf(walk.status = 'skipped') > 0 OR any(run.ended), 'skipped',
        'pending'
    ) AS status,
    outcome,
    uniqExactIf(step_id, walk.status NOT IN ('skipped', 'waiting', 'pending')) AS count,
    min(start_time) AS first_time
FROM walk
LEFT JOIN (SELECT tenant, run_id, node_id AS from_node, status, dead_end FROM run_nodes) AS source_node USING (tenant, run_id, from_node)
LEFT JOIN (SELECT tenant, run_id, ended FROM runs) AS run USING (tenant, run_id)
GROUP BY tenant, run_id, from_node, to_node, type, outcome;
