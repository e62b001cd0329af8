import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedWindows } from '../filters.ts';
import { toBoard } from '../links.ts';
import { bars, table } from '../panels.ts';

/** Where targets were broken. */
export const breaches: Section = {
  title: 'Breaches',
  panels: () => [breachesOverTime(), worstNodes(), breachedWindows()],
};

const breachesOverTime = (): Builder<Panel> =>
  bars({
    title: 'Breaches',
    about: 'Windows that broke their target, by what broke it; a window can break several.',
    width: 8,
    height: 10,
    unit: 'short',
    sql: `
      SELECT toDateTime(window_start) AS time, arrayJoin(breaches) AS breach, count() AS Value
      FROM sla
      WHERE ${selectedWindows()}
      GROUP BY time, breach
      ORDER BY time, breach`,
  });

const worstNodes = (): Builder<Panel> =>
  table({
    title: 'Worst nodes',
    about: 'Agents and nodes by their breached windows, then by how slow their slowest window was.',
    width: 16,
    height: 10,
    columns: [
      { name: 'node', links: [toBoard('Only this node', 'sla', { agent: 'agent', node: 'node' })] },
      ...['windows', 'steps'].map((name) => ({ name, width: 80 })),
      { name: 'breached', width: 80, warnAt: [1, 1], coloured: true },
      ...['worst_p50', 'worst_p95', 'worst_p99', 'target_p95'].map((name) => ({ name, unit: 'ms', width: 100 })),
      ...['errors', 'target_errors'].map((name) => ({ name, unit: 'percentunit', width: 90 })),
    ],
    sql: `
      SELECT
          agent_name AS agent,
          node_id AS node,
          count() AS windows,
          sum(count) AS steps,
          countIf(breached) AS breached,
          max(p50_ms) AS worst_p50,
          max(p95_ms) AS worst_p95,
          max(p99_ms) AS worst_p99,
          argMax(target_p95_ms, window_start) AS target_p95,
          sum(error_count) / steps AS errors,
          argMax(target_error_rate, window_start) AS target_errors
      FROM sla
      WHERE ${selectedWindows()}
      GROUP BY tenant, agent, node
      ORDER BY breached DESC, worst_p95 DESC
      LIMIT 100`,
  });

const breachedWindows = (): Builder<Panel> =>
  table({
    title: 'Breached windows',
    about: 'The latest first. A click shows the runs of the window on the fleet board.',
    width: 24,
    height: 9,
    columns: [
      { name: 'window', width: 180, links: [windowToFleet()] },
      ...['p50', 'p95', 'p99', 'target_p50', 'target_p95', 'target_p99'].map((name) => ({
        name,
        unit: 'ms',
        width: 100,
      })),
      ...['errors', 'target_errors'].map((name) => ({ name, unit: 'percentunit', width: 90 })),
    ],
    sql: `
      SELECT
          window_start AS window,
          agent_name AS agent,
          node_id AS node,
          arrayStringConcat(breaches, ', ') AS broken,
          count AS steps,
          p50_ms AS p50,
          p95_ms AS p95,
          p99_ms AS p99,
          target_p50_ms AS target_p50,
          target_p95_ms AS target_p95,
          target_p99_ms AS target_p99,
          error_rate AS errors,
          target_error_rate AS target_errors,
          toString(toUnixTimestamp64Milli(window_start)) AS link_from,
          toString(toUnixTimestamp64Milli(window_start) + 1000 * toInt64(window_seconds)) AS link_to
      FROM sla
      WHERE ${selectedWindows()}
        AND breached
      ORDER BY window_start DESC, agent, node
      LIMIT 200`,
  });

const windowToFleet = (): ReturnType<typeof toBoard> =>
  toBoard('Runs of the window', 'fleet', { agent: 'agent', node: 'node' }, 'row');
