import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { type Column, MONEY } from '../columns.ts';
import { selectedDays } from '../filters.ts';
import { toBoard } from '../links.ts';
import { table } from '../panels.ts';

/** Who and what it goes to. */
export const breakdown: Section = { title: 'By agent and model', panels: () => [byAgent(), byModel()] };

const NUMBERS: readonly Column[] = [
  { name: 'cost', ...MONEY },
  { name: 'share', unit: 'percentunit', width: 80 },
  ...['calls', 'input', 'output'].map((name) => ({ name, unit: 'short', width: 90 })),
  { name: 'cached', unit: 'percentunit', width: 80 },
];

const byAgent = (): Builder<Panel> =>
  table({
    title: 'Agents',
    about: 'Cost by agent. A click shows the runs of the agent.',
    width: 10,
    height: 10,
    columns: [{ name: 'agent', links: [toBoard('Runs of the agent', 'fleet', { agent: 'agent' })] }, ...NUMBERS],
    sql: brokenDownBy('agent_name AS agent', 'agent'),
  });

const byModel = (): Builder<Panel> =>
  table({
    title: 'Models',
    about: 'Cost by provider and model, and by who computed it. A click shows the runs with the model.',
    width: 14,
    height: 10,
    columns: [
      { name: 'model', links: [toBoard('Runs with the model', 'fleet', { model: 'model' })] },
      { name: 'source', width: 90 },
      ...NUMBERS,
    ],
    sql: brokenDownBy('provider, model, cost_source AS source', 'provider, model, source'),
  });

function brokenDownBy(columns: string, keys: string): string {
  return `
      SELECT
          ${columns},
          sum(cost_usd) AS cost,
          if(sum(cost) OVER () = 0, NULL, toFloat64(cost) / toFloat64(sum(cost) OVER ())) AS share,
          sum(calls) AS calls,
          sum(input_tokens) AS input,
          sum(output_tokens) AS output,
          if(input = 0, NULL, sum(cache_read_tokens) / input) AS cached
      FROM cost
      WHERE ${selectedDays()}
      GROUP BY ${keys}
      ORDER BY cost DESC, calls DESC, ${keys}
      LIMIT 200`;
}
