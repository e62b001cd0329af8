import { z } from 'zod';
import * as field from './fields.ts';
import { text } from './parameters.ts';
import { isOf, isOfNone, type RolledDays, readRolledDays, withRolls } from './rolled-days.ts';
import { type Api, describe, query } from './route.ts';
import { columns, from, join, type Sql, sql, value } from './sql.ts';
import type { Read, Row } from './store.ts';
import { moment, rangeAnswer, rangeOf, rangeParameters, type TimeRange } from './time-range.ts';

/** Most rows that an answer lists; the totals are of all of them. */
const MOST_ROWS = 10_000;

/** What costs can be grouped by, and the columns of that. */
const GROUPS = {
  day: sql`day`,
  agent: sql`agent_name`,
  provider: sql`provider`,
  model: sql`model`,
  source: sql`cost_source`,
} as const;

type Group = keyof typeof GROUPS;

const isGroup = (word: string): word is Group => Object.hasOwn(GROUPS, word);

const totals = {
  calls: field.count.meta({ description: 'Model calls' }),
  input_tokens: field.count.meta({ description: 'Input tokens, cached ones included' }),
  output_tokens: field.count,
  cache_read_tokens: field.count,
  cache_write_tokens: field.count,
  reasoning_tokens: field.count,
  cost_usd: z.number().meta({ description: 'US dollars, at most nine decimals' }),
  unpriced_calls: field.count.meta({
    description: 'Calls with tokens for which no cost is stated and no price is known',
  }),
  carbon_gco2: z.number().meta({ description: 'Grams of CO2 equivalent' }),
};

const cost = z
  .object({
    day: z.iso.date().optional().meta({ description: 'Day of the start (UTC)' }),
    agent_name: z.string().optional(),
    provider: z.string().optional(),
    model: z.string().optional(),
    cost_source: z.string().optional().meta({ description: 'provider, sdk or collector; empty where no cost counts' }),
    ...totals,
  })
  .meta({
    id: 'Cost',
    description: 'What counted, each call once; of the columns to group by those that were asked for',
  });

const costs = z
  .object({
    ...field.range,
    group_by: z.array(z.string()),
    costs: z.array(cost),
    totals: z.object(totals).meta({ id: 'CostTotals' }),
    truncated: field.flag.meta({ description: `True when there are more than the ${MOST_ROWS} listed` }),
  })
  .meta({ id: 'Costs' });

const groupBy: z.ZodType<readonly Group[], string | undefined> = z
  .string()
  .default('day,agent,provider,model')
  .transform((given, context) => {
    const words = given === '' ? [] : given.split(',');
    const known = words.filter(isGroup);
    if (known.length === words.length && new Set(known).size === known.length) return known;
    context.addIssue({ code: 'custom', message: `must be some of ${Object.keys(GROUPS).join(', ')}, with commas` });
    return z.NEVER;
  })
  .meta({ description: 'Some of day, agent, provider, model and source, with commas; empty for the totals alone' });

const filter = z.strictObject({
  ...rangeParameters,
  agent: text('The agent'),
  provider: text('The provider'),
  model: text('The model'),
  group_by: groupBy,
});

const SUMS = sql`sum(calls) AS calls, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
  sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
  sum(reasoning_tokens) AS reasoning_tokens, sum(cost_usd) AS cost_usd, sum(unpriced_calls) AS unpriced_calls,
  round(sumKahan(carbon_gco2), 12) AS carbon_gco2`;

const ROWS = columns(['day', 'agent_name', 'provider', 'model', 'cost_source', ...Object.keys(totals)]);

/** The range in whole days (UTC): costs are kept by day. */
function wholeDays({ from: start, to: end }: TimeRange): TimeRange {
  const DAY = 86_400_000;
  return { from: Math.floor(start / DAY) * DAY, to: Math.ceil(end / DAY) * DAY };
}

function conditions(asked: z.output<typeof filter>, days: TimeRange): Sql {
  const is = (column: Sql, wanted: string | undefined): Sql[] =>
    wanted === undefined ? [] : [sql`${column} = ${value('String', wanted)}`];
  const filters = [
    sql`day >= toDate(${moment(days.from)}) AND day < toDate(${moment(days.to)})`,
    ...is(GROUPS.agent, asked.agent),
    ...is(GROUPS.provider, asked.provider),
    ...is(GROUPS.model, asked.model),
  ];
  return join(filters, sql` AND `);
}

/** What the view `cost` has of a filter, with the roll-ups named. */
function costRows(days: RolledDays, filtered: Sql): Sql {
  const rowsOf = (relation: Sql, isCounted: Sql): Sql =>
    sql`SELECT ${ROWS} FROM ${relation} WHERE ${isCounted} AND ${filtered}`;
  return withRolls(
    days,
    rowsOf(from('cost_days'), isOf(days.rolled)),
    rowsOf(from('computed_cost'), isOfNone(days.rolled, GROUPS.day)),
  );
}

async function readGroups(read: Read, groups: readonly Group[], rows: Sql): Promise<Row[]> {
  if (groups.length === 0) return [];
  const by = join(
    groups.map((group) => GROUPS[group]),
    sql`, `,
  );
  const order = groups.includes('day') ? sql`day DESC, sum(cost_usd) DESC` : sql`sum(cost_usd) DESC`;
  return read(sql`
    SELECT ${by}, ${SUMS} FROM (${rows}) GROUP BY ${by}
    ORDER BY ${order}, ${by} LIMIT ${value('UInt32', MOST_ROWS + 1)}`);
}

/** Adds `/v1/cost`. */
export function addCost(api: Api): void {
  api.get(
    '/v1/cost',
    describe('read', 'Calls, tokens, cost and carbon by day, agent, provider, model and source of the cost', costs),
    query(filter),
    async (context) => {
      const asked = context.req.valid('query');
      const days = wholeDays(rangeOf(asked));
      const { read } = context.var;
      const counted = costRows(await readRolledDays(read, 'span_rows', days), conditions(asked, days));
      const [rows, [sums]] = await Promise.all([
        readGroups(read, asked.group_by, counted),
        read(sql`SELECT ${SUMS} FROM (${counted})`),
      ]);
      return context.json({
        ...rangeAnswer(days),
        group_by: asked.group_by,
        costs: rows.slice(0, MOST_ROWS),
        totals: sums,
        truncated: rows.length > MOST_ROWS,
      });
    },
  );
}
