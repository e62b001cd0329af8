import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedRuns, selectedSteps } from '../filters.ts';
import { bars, lines } from '../panels.ts';

/** How much runs, and how it ends. */
export const activity: Section = {
  title: 'Runs and steps',
  panels: () => [runsByStatus(), stepRate(), stepErrors()],
};

const runsByStatus = (): Builder<Panel> =>
  bars({
    title: 'Runs by status',
    about: 'Runs by the time at which they began, and by the status that they have now.',
    width: 8,
    height: 8,
    unit: 'short',
    byStatus: true,
    sql: `
      SELECT $__timeInterval(start_time) AS time, status, count() AS Value
      FROM runs
      WHERE ${selectedRuns()}
      GROUP BY time, status
      ORDER BY time, status`,
  });

const stepRate = (): Builder<Panel> =>
  bars({
    title: 'Steps a second',
    about: 'Steps by the time at which they began, governed or not.',
    width: 8,
    height: 8,
    unit: 'ops',
    byStatus: true,
    sql: `
      SELECT $__timeInterval(start_time) AS time, status, count() / $__interval_s AS Value
      FROM steps
      WHERE ${selectedSteps()}
      GROUP BY time, status
      ORDER BY time, status`,
  });

const stepErrors = (): Builder<Panel> =>
  lines({
    title: 'Error rate of steps',
    about: 'Share of the executed steps that failed.',
    width: 8,
    height: 8,
    unit: 'percentunit',
    sql: `
      SELECT $__timeInterval(start_time) AS time, countIf(status = 'failed') / count() AS errors
      FROM steps
      WHERE ${selectedSteps()}
        AND executed
      GROUP BY time
      ORDER BY time`,
  });
