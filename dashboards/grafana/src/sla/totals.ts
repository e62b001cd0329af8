import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedWindows } from '../filters.ts';
import { totals as totalsPanel } from '../panels.ts';

/** How far the targets are met. */
export const totals: Section = { title: 'Totals', panels: () => [windowTotals()] };

const windowTotals = (): Builder<Panel> =>
  totalsPanel({
    title: 'Windows and steps',
    about:
      'Breached windows are of those that have a target; missed steps of those that say whether they met a target of their own.',
    width: 24,
    height: 4,
    columns: [
      { name: 'windows', unit: 'short' },
      { name: 'breached_windows', title: 'breached', unit: 'short', warnAt: [1, 1] },
      { name: 'breached_share', unit: 'percentunit', warnAt: [0.01, 0.05] },
      { name: 'nodes_in_breach', unit: 'short', warnAt: [1, 1] },
      { name: 'steps', unit: 'short' },
      { name: 'errors', unit: 'percentunit', warnAt: [0.01, 0.05] },
      { name: 'missed', title: 'steps past their own target', unit: 'percentunit', warnAt: [0.01, 0.05] },
    ],
    sql: `
      SELECT
          count() AS windows,
          countIf(breached) AS breached_windows,
          if(countIf(target_id != '') = 0, NULL, countIf(breached) / countIf(target_id != '')) AS breached_share,
          uniqExactIf((tenant, agent_name, node_id), breached) AS nodes_in_breach,
          sum(count) AS steps,
          if(steps = 0, NULL, sum(error_count) / steps) AS errors,
          if(sum(sla_met_count + sla_missed_count) = 0, NULL, sum(sla_missed_count) / sum(sla_met_count + sla_missed_count)) AS missed
      FROM sla
      WHERE ${selectedWindows()}`,
  });
