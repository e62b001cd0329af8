import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedWindows } from '../filters.ts';
import { MOST_NODES } from '../limits.ts';
import { lines } from '../panels.ts';

/** How fast, window by window. */
export const latency: Section = {
  title: 'Latency and errors by window',
  panels: () => [againstTargets(), p95ByNode(), errorsByNode()],
};

/** The agent and node, or several, with the most steps of what the board selects. */
const busiest = (most: number): string => `(tenant, agent_name, node_id) IN (
            SELECT tenant, agent_name, node_id FROM sla
            WHERE ${selectedWindows()}
            GROUP BY ALL
            ORDER BY sum(count) DESC, agent_name, node_id
            LIMIT ${most})`;

const againstTargets = (): Builder<Panel> =>
  lines({
    title: 'Percentiles against targets',
    about: 'Of the agent and node that the board selects; of the one with the most steps while it selects several.',
    width: 24,
    height: 10,
    unit: 'ms',
    columns: [
      { name: 'target_p50', colour: 'green', dashed: true },
      { name: 'p50', colour: 'green' },
      { name: 'target_p95', colour: 'orange', dashed: true },
      { name: 'p95', colour: 'orange' },
      { name: 'target_p99', colour: 'red', dashed: true },
      { name: 'p99', colour: 'red' },
    ],
    sql: `
      SELECT
          toDateTime(window_start) AS time,
          any(p50_ms) AS p50,
          any(p95_ms) AS p95,
          any(p99_ms) AS p99,
          any(target_p50_ms) AS target_p50,
          any(target_p95_ms) AS target_p95,
          any(target_p99_ms) AS target_p99
      FROM sla
      WHERE ${selectedWindows()}
        AND ${busiest(1)}
      GROUP BY time
      ORDER BY time`,
  });

const p95ByNode = (): Builder<Panel> =>
  lines({
    title: `p95 of the ${MOST_NODES} busiest nodes`,
    about: '95th percentile of each window, by agent and node.',
    width: 12,
    height: 9,
    unit: 'ms',
    sql: nodeSeries('any(p95_ms)'),
  });

const errorsByNode = (): Builder<Panel> =>
  lines({
    title: `Error rate of the ${MOST_NODES} busiest nodes`,
    about: 'Share of failed steps in each window, by agent and node.',
    width: 12,
    height: 9,
    unit: 'percentunit',
    sql: nodeSeries('any(error_rate)'),
  });

function nodeSeries(value: string): string {
  return `
      SELECT
          toDateTime(window_start) AS time,
          concat(agent_name, if(agent_name = '', '', ' / '), node_id) AS node,
          ${value} AS Value
      FROM sla
      WHERE ${selectedWindows()}
        AND ${busiest(MOST_NODES)}
      GROUP BY time, node
      ORDER BY time, node`;
}
