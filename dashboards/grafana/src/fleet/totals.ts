import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { MONEY } from '../columns.ts';
import { selectedRuns, selectedSteps } from '../filters.ts';
import { totals as totalsPanel } from '../panels.ts';

/** What all runs and steps come to. */
export const totals: Section = {
  title: 'Totals',
  panels: () => [runTotals(), stepTotals()],
};

const runTotals = (): Builder<Panel> =>
  totalsPanel({
    title: 'Runs',
    about: 'Runs that began in the time range, whole: all their steps count, also those of other agents.',
    width: 14,
    height: 4,
    columns: [
      { name: 'runs', unit: 'short' },
      { name: 'running', unit: 'short' },
      { name: 'failed', unit: 'percentunit', warnAt: [0.01, 0.05] },
      { name: 'violations', unit: 'short' },
      { name: 'cost', ...MONEY },
      { name: 'tokens', unit: 'short' },
    ],
    sql: `
      SELECT
          count() AS runs,
          countIf(status = 'running') AS running,
          if(countIf(ended) = 0, NULL, countIf(status = 'failed') / countIf(ended)) AS failed,
          sum(violation_count) AS violations,
          sum(total_cost_usd) AS cost,
          sum(total_tokens) AS tokens
      FROM runs
      WHERE ${selectedRuns()}`,
  });

const stepTotals = (): Builder<Panel> =>
  totalsPanel({
    title: 'Steps',
    about: 'Steps that began in the time range. Errors are failed steps of those that were executed.',
    width: 10,
    height: 4,
    columns: [
      { name: 'steps', unit: 'short' },
      { name: 'blocked', unit: 'short' },
      { name: 'errors', unit: 'percentunit', warnAt: [0.01, 0.05] },
      { name: 'p95', unit: 'ms' },
    ],
    sql: `
      SELECT
          count() AS steps,
          countIf(blocked) AS blocked,
          if(countIf(executed) = 0, NULL, countIf(executed AND status = 'failed') / countIf(executed)) AS errors,
          if(countIf(executed) = 0, NULL, quantileExactInclusiveIf(0.95)(duration_ms, executed)) AS p95
      FROM steps
      WHERE ${selectedSteps()}`,
  });
