import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { inRun } from '../filters.ts';
import { MOST_ROWS } from '../limits.ts';
import { nodeGraph } from '../run-panels.ts';

/** Its graph, as steps, spans and links say it. */
export const graph: Section = { title: 'Graph', panels: () => [runGraph()] };

const runGraph = (): Builder<Panel> =>
  nodeGraph({
    title: 'Run graph',
    about:
      'Nodes with their p95 and cost, and edges with how often they were walked. The ring: completed, failed, blocked, other.',
    width: 24,
    height: 14,
    mainUnit: 'ms',
    secondaryUnit: 'currencyUSD',
    arcs: { arc__completed: 'green', arc__failed: 'red', arc__blocked: 'purple', arc__other: 'gray' },
    // A node that an edge names and that has no step of its own is a node all the same.
    nodes: `
      SELECT
          node_id AS id,
          node_id AS title,
          concat(node_kind, if(node_kind = '', '', ', '), status) AS subTitle,
          p95_ms AS mainStat,
          cost_usd AS secondaryStat,
          if(step_count = 0, 0, (step_count - error_count - blocked_count) / step_count) * (status = 'completed') AS arc__completed,
          if(step_count = 0, 0, error_count / step_count) AS arc__failed,
          if(step_count = 0, 0, blocked_count / step_count) AS arc__blocked,
          1 - arc__completed - arc__failed - arc__blocked AS arc__other,
          status AS detail__status,
          visits AS detail__visits,
          attempts AS detail__attempts,
          tokens_used AS detail__tokens
      FROM run_nodes
      WHERE ${inRun()}
      UNION ALL
      SELECT DISTINCT from_node, from_node, 'no steps', NULL, NULL, 0, 0, 0, 1, '', 0, 0, NULL
      FROM run_edges
      WHERE ${inRun()}
        AND from_node NOT IN (SELECT node_id FROM run_nodes WHERE ${inRun()})
      LIMIT ${MOST_ROWS}`,
    edges: `
      SELECT
          edge_id AS id,
          from_node AS source,
          to_node AS target,
          count AS mainStat,
          if(outcome = '', type, outcome) AS secondaryStat,
          type AS detail__type,
          status AS detail__status
      FROM run_edges
      WHERE ${inRun()}
      LIMIT ${MOST_ROWS}`,
  });
