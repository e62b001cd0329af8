import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedSteps } from '../filters.ts';
import { MOST_NODES } from '../limits.ts';
import { toBoard } from '../links.ts';
import { lines, table } from '../panels.ts';

/** Where it is slow. */
export const latency: Section = {
  title: 'Latency',
  panels: () => [nodeLatency(), slowestNodes()],
};

const nodeLatency = (): Builder<Panel> =>
  lines({
    title: `p95 of the ${MOST_NODES} busiest nodes`,
    about: '95th percentile of the executed steps, linear interpolation, by the time at which they began.',
    width: 12,
    height: 10,
    unit: 'ms',
    sql: `
      SELECT
          $__timeInterval(start_time) AS time,
          node_id AS node,
          quantileExactInclusive(0.95)(duration_ms) AS Value
      FROM steps
      WHERE ${selectedSteps()}
        AND executed
        AND node_id IN (
            SELECT node_id FROM steps
            WHERE ${selectedSteps()}
              AND executed
            GROUP BY node_id
            ORDER BY count() DESC, node_id
            LIMIT ${MOST_NODES})
      GROUP BY time, node
      ORDER BY time, node`,
  });

const slowestNodes = (): Builder<Panel> =>
  table({
    title: 'Slowest nodes',
    about: 'Executed steps of each node, failed ones too. A click opens the SLA of the node.',
    width: 12,
    height: 10,
    columns: [
      { name: 'node', links: [toBoard('SLA of the node', 'sla', { agent: 'agent', node: 'node' })] },
      { name: 'steps', width: 80 },
      ...['p50', 'p95', 'p99', 'longest'].map((name) => ({ name, unit: 'ms', width: 90 })),
      { name: 'errors', unit: 'percentunit', width: 80, warnAt: [0.01, 0.05], coloured: true },
    ],
    sql: `
      SELECT
          node_id AS node,
          agent_name AS agent,
          count() AS steps,
          quantileExactInclusive(0.5)(duration_ms) AS p50,
          quantileExactInclusive(0.95)(duration_ms) AS p95,
          quantileExactInclusive(0.99)(duration_ms) AS p99,
          max(duration_ms) AS longest,
          countIf(status = 'failed') / count() AS errors
      FROM steps
      WHERE ${selectedSteps()}
        AND executed
      GROUP BY node, agent
      ORDER BY p95 DESC
      LIMIT 100`,
  });
