import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { MONEY } from '../columns.ts';
import { selectedRuns, selectedSteps } from '../filters.ts';
import { RUN_LINK_COLUMNS, TO_RUN } from '../links.ts';
import { table } from '../panels.ts';

/** Runs by what they cost, and by how much of a budget they have used. */
export const runs: Section = { title: 'Runs', panels: () => [expensiveRuns(), budgets()] };

const FILTERS = ['tenant', 'agent', 'model'] as const;

const expensiveRuns = (): Builder<Panel> =>
  table({
    title: 'Most expensive runs',
    about:
      'Runs that began in the time range; all that they cost, also by other agents and models. A click opens the run.',
    width: 12,
    height: 10,
    columns: [
      { name: 'started', width: 180 },
      { name: 'run', links: [TO_RUN] },
      { name: 'status', coloured: true, width: 100 },
      { name: 'tokens', unit: 'short', width: 90 },
      { name: 'cost', ...MONEY },
    ],
    sql: `
      SELECT
          start_time AS started,
          run_id AS run,
          workflow_name AS workflow,
          status,
          total_tokens AS tokens,
          total_cost_usd AS cost,
          tenant,
          ${RUN_LINK_COLUMNS}
      FROM runs
      WHERE ${selectedRuns(FILTERS)}
      ORDER BY cost DESC, started DESC
      LIMIT 100`,
  });

const budgets = (): Builder<Panel> =>
  table({
    title: 'Budgets',
    about: 'Runs whose steps state a budget: what the latest of them says. The fullest first.',
    width: 12,
    height: 10,
    columns: [
      { name: 'run', links: [TO_RUN] },
      { name: 'used', unit: 'percentunit', width: 90, warnAt: [0.8, 1], coloured: true },
      ...['limit', 'left'].map((name) => ({ name, ...MONEY })),
    ],
    sql: `
      SELECT
          run_id AS run,
          argMax(budget_limit_usd, (steps.start_time, cursor)) AS limit,
          argMax(budget_remaining_usd, (steps.start_time, cursor)) AS left,
          if(limit > 0, 1 - toFloat64(left) / toFloat64(limit), NULL) AS used,
          tenant,
          toString(toUnixTimestamp64Milli(min(steps.start_time)) - 1000) AS link_from,
          toString(toUnixTimestamp64Milli(max(steps.end_time)) + 1000) AS link_to
      FROM steps
      WHERE ${selectedSteps(FILTERS)}
        AND budget_limit_usd IS NOT NULL
      GROUP BY tenant, run
      ORDER BY used DESC NULLS LAST, run
      LIMIT 100`,
  });
