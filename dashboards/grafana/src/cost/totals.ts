import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedDays } from '../filters.ts';
import { totals as totalsPanel } from '../panels.ts';

/** What all days of the range come to. */
export const totals: Section = { title: 'Totals', panels: () => [costTotals()] };

const costTotals = (): Builder<Panel> =>
  totalsPanel({
    title: 'Cost and tokens',
    about: 'Of the whole days (UTC) that the time range touches. The cached share is of input tokens.',
    width: 24,
    height: 4,
    columns: [
      { name: 'cost', unit: 'currencyUSD', decimals: 4 },
      { name: 'calls', unit: 'short' },
      { name: 'cost_a_call', unit: 'currencyUSD', decimals: 6 },
      { name: 'input_tokens', unit: 'short' },
      { name: 'output_tokens', unit: 'short' },
      { name: 'cached', unit: 'percentunit' },
      { name: 'calls_without_price', unit: 'short', warnAt: [1, 1] },
      { name: 'carbon', title: 'carbon, g CO2e', decimals: 2 },
    ],
    sql: `
      SELECT
          sum(cost_usd) AS cost,
          sum(calls) AS calls,
          if(calls = 0, NULL, toFloat64(cost) / calls) AS cost_a_call,
          sum(input_tokens) AS input_tokens,
          sum(output_tokens) AS output_tokens,
          if(input_tokens = 0, NULL, sum(cache_read_tokens) / input_tokens) AS cached,
          sum(unpriced_calls) AS calls_without_price,
          sum(carbon_gco2) AS carbon
      FROM cost
      WHERE ${selectedDays()}`,
  });
