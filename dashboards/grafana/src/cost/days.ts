import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedDays } from '../filters.ts';
import { bars, lines } from '../panels.ts';

/** How it develops. */
export const days: Section = {
  title: 'By day',
  panels: () => [
    costBy('model', 'the model that answered, else the one asked for'),
    costBy('agent_name', 'the agent that called'),
    costBy('provider', 'the provider of the model'),
    costBy('cost_source', 'who computed it: the provider, the SDK, or the collector from its price list'),
    tokensByDay(),
    cachedByModel(),
  ],
};

const TITLES: Readonly<Record<string, string>> = { agent_name: 'agent', cost_source: 'source' };

const costBy = (column: string, meaning: string): Builder<Panel> =>
  bars({
    title: `Cost by ${TITLES[column] ?? column}`,
    about: `Cost of each day by ${meaning}.`,
    width: 12,
    height: 8,
    unit: 'currencyUSD',
    sql: `
      SELECT toDateTime(day, 'UTC') AS time, if(${column} = '', 'not said', ${column}) AS name, sum(cost_usd) AS Value
      FROM cost
      WHERE ${selectedDays()}
      GROUP BY time, name
      HAVING Value > 0
      ORDER BY time, name`,
  });

const tokensByDay = (): Builder<Panel> =>
  bars({
    title: 'Tokens',
    about:
      'Input tokens that were not cached, read from the cache and written to it; output tokens, of which some are reasoning.',
    width: 12,
    height: 8,
    unit: 'short',
    columns: ['cache_read', 'cache_write'].map((name) => ({ name })),
    sql: `
      SELECT
          toDateTime(day, 'UTC') AS time,
          sum(greatest(0, toInt64(input_tokens) - toInt64(cache_read_tokens) - toInt64(cache_write_tokens))) AS input,
          sum(cache_read_tokens) AS cache_read,
          sum(cache_write_tokens) AS cache_write,
          sum(greatest(0, toInt64(output_tokens) - toInt64(reasoning_tokens))) AS output,
          sum(reasoning_tokens) AS reasoning
      FROM cost
      WHERE ${selectedDays()}
      GROUP BY time
      ORDER BY time`,
  });

const cachedByModel = (): Builder<Panel> =>
  lines({
    title: 'Cached share of input tokens',
    about: 'Input tokens that were read from the cache, by model.',
    width: 12,
    height: 8,
    unit: 'percentunit',
    sql: `
      SELECT
          toDateTime(day, 'UTC') AS time,
          if(model = '', 'not said', model) AS name,
          sum(cache_read_tokens) / sum(input_tokens) AS Value
      FROM cost
      WHERE ${selectedDays()}
        AND input_tokens > 0
      GROUP BY time, name
      ORDER BY time, name`,
  });
