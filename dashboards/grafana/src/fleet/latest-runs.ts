import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { MONEY } from '../columns.ts';
import { selectedRuns } from '../filters.ts';
import { RUN_LINK_COLUMNS, TO_RUN } from '../links.ts';
import { table } from '../panels.ts';

/** The runs themselves, to open one. */
export const latestRuns: Section = {
  title: 'Latest runs',
  panels: () => [runs()],
};

const runs = (): Builder<Panel> =>
  table({
    title: 'Latest runs',
    about: 'A click on a run opens it.',
    width: 24,
    height: 12,
    columns: [
      { name: 'started', width: 180 },
      { name: 'run', links: [TO_RUN] },
      { name: 'status', coloured: true, width: 100 },
      { name: 'duration', unit: 'ms', width: 100 },
      ...['steps', 'blocked', 'failed', 'violations', 'tokens'].map((name) => ({ name, width: 90 })),
      { name: 'cost', ...MONEY, width: 110 },
    ],
    sql: `
      SELECT
          start_time AS started,
          run_id AS run,
          workflow_name AS workflow,
          status,
          duration_ms AS duration,
          step_count AS steps,
          blocked_steps AS blocked,
          failed_steps AS failed,
          violation_count AS violations,
          total_tokens AS tokens,
          total_cost_usd AS cost,
          tenant,
          ${RUN_LINK_COLUMNS}
      FROM runs
      WHERE ${selectedRuns()}
      ORDER BY start_time DESC
      LIMIT 200`,
  });
