import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { inRun } from '../filters.ts';
import { totals as totalsPanel } from '../panels.ts';

/** What the run came to. */
export const totals: Section = {
  title: 'Run',
  panels: () => [runTotals()],
};

const runTotals = (): Builder<Panel> =>
  totalsPanel({
    title: 'Totals',
    about: 'Cost, tokens and carbon count each call once.',
    width: 24,
    height: 4,
    columns: [
      { name: 'status' },
      { name: 'duration', unit: 'ms' },
      ...['steps', 'nodes', 'blocked', 'failed', 'violations', 'tokens'].map((name) => ({ name, unit: 'short' })),
      { name: 'cost', unit: 'currencyUSD', decimals: 6 },
      { name: 'carbon', title: 'carbon, g CO2e', decimals: 2 },
      { name: 'confidence', unit: 'percentunit' },
    ],
    sql: `
      SELECT
          status,
          duration_ms AS duration,
          step_count AS steps,
          node_count AS nodes,
          blocked_steps AS blocked,
          failed_steps AS failed,
          violation_count AS violations,
          total_tokens AS tokens,
          total_cost_usd AS cost,
          total_carbon_gco2 AS carbon,
          mean_confidence AS confidence
      FROM workflow_summary
      WHERE ${inRun()}
      LIMIT 1`,
  });
