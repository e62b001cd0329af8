import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { MONEY } from '../columns.ts';
import { inRun } from '../filters.ts';
import { MOST_ROWS } from '../limits.ts';
import { toBoard } from '../links.ts';
import { table } from '../panels.ts';

/** Its nodes: how fast, at what cost. */
export const nodes: Section = {
  title: 'Nodes',
  panels: () => [nodeLatency(), nodeUsage()],
};

const nodeLatency = (): Builder<Panel> =>
  table({
    title: 'Node latency',
    about: 'Executed steps of each node; percentiles are exact. A click opens the SLA of the node.',
    width: 12,
    height: 9,
    columns: [
      { name: 'node', links: [toBoard('SLA of the node', 'sla', { node: 'node' })] },
      { name: 'steps', width: 80 },
      { name: 'errors', width: 80, warnAt: [1, 1], coloured: true },
      ...['p50', 'p95', 'p99', 'longest'].map((name) => ({ name, unit: 'ms', width: 90 })),
    ],
    sql: `
      SELECT
          node_id AS node,
          count AS steps,
          error_count AS errors,
          p50_ms AS p50,
          p95_ms AS p95,
          p99_ms AS p99,
          max_ms AS longest
      FROM node_latency
      WHERE ${inRun()}
      ORDER BY p95 DESC, node
      LIMIT ${MOST_ROWS}`,
  });

const nodeUsage = (): Builder<Panel> =>
  table({
    title: 'Cost and tokens of the nodes',
    about: 'Budgets are those of the last step at the node.',
    width: 12,
    height: 9,
    columns: [
      ...['input', 'cached', 'output'].map((name) => ({ name, width: 80 })),
      ...['cost', 'budget', 'budget_left'].map((name) => ({ name, ...MONEY })),
    ],
    sql: `
      SELECT
          node_id AS node,
          arrayStringConcat(arraySort(groupUniqArrayIf(toString(model), model != '')), ', ') AS models,
          sum(input_tokens) AS input,
          sum(cache_read_tokens) AS cached,
          sum(output_tokens) AS output,
          sum(cost_usd) AS cost,
          argMax(budget_limit_usd, (start_time, cursor)) AS budget,
          argMax(budget_remaining_usd, (start_time, cursor)) AS budget_left
      FROM steps
      WHERE ${inRun()}
      GROUP BY node
      ORDER BY cost DESC NULLS LAST, node
      LIMIT ${MOST_ROWS}`,
  });
