import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedSteps } from '../filters.ts';
import { bars } from '../panels.ts';

/** What it costs. */
export const usage: Section = {
  title: 'Cost and tokens',
  panels: () => [cost(), tokens()],
};

const cost = (): Builder<Panel> =>
  bars({
    title: 'Cost by model',
    about: 'What steps said or were priced at. A step without a model is one of a tool or an agent.',
    width: 12,
    height: 8,
    unit: 'currencyUSD',
    sql: `
      SELECT $__timeInterval(start_time) AS time, if(model = '', 'no model', model) AS model_name, sum(cost_usd) AS Value
      FROM steps
      WHERE ${selectedSteps()}
        AND cost_usd > 0
      GROUP BY time, model_name
      ORDER BY time, model_name`,
  });

const tokens = (): Builder<Panel> =>
  bars({
    title: 'Tokens',
    about: 'Input tokens that were not cached, input tokens from the cache, output tokens.',
    width: 12,
    height: 8,
    unit: 'short',
    columns: [{ name: 'cached_input' }],
    sql: `
      SELECT
          $__timeInterval(start_time) AS time,
          sum(greatest(0, toInt64(ifNull(input_tokens, 0)) - toInt64(ifNull(cache_read_tokens, 0)))) AS input,
          sum(ifNull(cache_read_tokens, 0)) AS cached_input,
          sum(ifNull(output_tokens, 0)) AS output
      FROM steps
      WHERE ${selectedSteps()}
      GROUP BY time
      ORDER BY time`,
  });
