import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedDays } from '../filters.ts';
import { table } from '../panels.ts';

/** What the sums lack. */
export const unpriced: Section = { title: 'Without a price', panels: () => [unpricedModels()] };

const unpricedModels = (): Builder<Panel> =>
  table({
    title: 'Models without a price',
    about:
      'Calls with tokens for which neither a cost was stated nor a price is known: they are not in any sum of money here.',
    width: 24,
    height: 8,
    columns: ['calls', 'all_calls'].map((name) => ({ name, unit: 'short', width: 120 })),
    sql: `
      SELECT
          provider,
          model,
          sum(unpriced_calls) AS calls,
          sum(cost.calls) AS all_calls,
          arrayStringConcat(arraySort(groupUniqArray(toString(agent_name))), ', ') AS agents,
          min(day) AS first_day,
          max(day) AS last_day
      FROM cost
      WHERE ${selectedDays()}
        AND unpriced_calls > 0
      GROUP BY provider, model
      ORDER BY calls DESC, provider, model
      LIMIT 200`,
  });
