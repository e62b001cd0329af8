import { z } from 'zod';
import { badParameter } from './errors.ts';
import { ofNames } from './executed-rows.ts';
import * as field from './fields.ts';
import { type Position, pageOf } from './page-token.ts';
import { limit, pageToken, text } from './parameters.ts';
import { violationFields } from './policy-violations.ts';
import { isOf, isOfNone, type RolledDays, readRolledDays, withRolls } from './rolled-days.ts';
import { type Api, describe, query } from './route.ts';
import { columns, from, join, type Sql, sql, value } from './sql.ts';
import type { Row } from './store.ts';
import { rangeAnswer, rangeOf, rangeParameters, readNewest, startedWithin, type TimeRange } from './time-range.ts';

/** Most rules that are counted apart. */
const MOST_RULES = 1000;

const violation = z
  .object({
    run_id: z.string(),
    agent_name: z.string(),
    workflow_name: z.string(),
    ...violationFields,
    start_time: field.timestamp,
    cursor: field.decimalString,
  })
  .meta({ id: 'FleetViolation' });

const ruleCount = z
  .object({
    rule_name: z.string(),
    count: field.count.meta({ description: 'Violations of the rule' }),
    blocked_count: field.count.meta({ description: 'Those whose step was blocked' }),
  })
  .meta({ id: 'RuleCount' });

const fleetViolations = z
  .object({
    ...field.range,
    violations: z.array(violation),
    count: field.count.meta({ description: 'All violations that the filter lets through, on all pages' }),
    rules: z.array(ruleCount).meta({ description: `Counts by rule, the most first; at most ${MOST_RULES}` }),
    next_page_token: field.nextPageToken,
  })
  .meta({ id: 'FleetViolations' });

const filter = z.strictObject({
  ...rangeParameters,
  rule: text('The rule'),
  check: text('The check'),
  agent: text('The agent'),
  node: text('The node'),
  blocked: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional()
    .meta({ description: 'Whether the step was blocked' }),
  limit: limit(100, 1000),
  page_token: pageToken,
});

/** What the filter says of a violation; what it says of the step is among it. */
function conditions(asked: z.output<typeof filter>, range: TimeRange): Sql {
  const all = [
    startedWithin(range),
    ...ofNames(asked),
    ...(asked.rule === undefined ? [] : [sql`rule_name = ${value('String', asked.rule)}`]),
    ...(asked.check === undefined ? [] : [sql`check_name = ${value('String', asked.check)}`]),
    ...(asked.blocked === undefined ? [] : [asked.blocked ? sql`blocked` : sql`NOT blocked`]),
  ];
  return join(all, sql` AND `);
}

/** The condition that a violation comes after a position in the order of start_time, cursor and position, all downwards. */
function beforePosition(position: Position | undefined): Sql {
  if (position === undefined) return sql`true`;
  const [, cursor, place] = /^(\d{1,20})\.(\d{1,9})$/.exec(position.key) ?? [];
  if (cursor === undefined || place === undefined) {
    throw badParameter('page_token', 'must be of an earlier answer of this list.');
  }
  return sql`(start_time, cursor, position) <
    (fromUnixTimestamp64Nano(${value('Int64', position.time)}, 'UTC'), ${value('UInt64', cursor)}, ${value('UInt32', Number(place))})`;
}

/** What the view `policy_violations` has of the columns, with the roll-ups named. */
function violationRows(days: RolledDays, names: Sql, condition: Sql): Sql {
  const rowsOf = (relation: Sql, isCounted: Sql): Sql =>
    sql`SELECT ${names} FROM ${relation} WHERE ${isCounted} AND ${condition}`;
  return withRolls(
    days,
    rowsOf(from('violation_days'), isOf(days.rolled)),
    rowsOf(from('computed_violations'), isOfNone(days.rolled)),
  );
}

const listed = columns([...Object.keys(violation.shape), 'position']);

function listOf(asked: z.output<typeof filter>, days: RolledDays, range: TimeRange, most: number): Sql {
  const condition = sql`${conditions(asked, range)} AND ${beforePosition(asked.page_token)}`;
  return sql`
    SELECT
      ${columns(Object.keys(violation.shape), ['cursor'])},
      toString(toUnixTimestamp64Nano(start_time)) AS page_time,
      concat(toString(cursor), '.', toString(position)) AS page_key
    FROM (${violationRows(days, listed, condition)})
    ORDER BY start_time DESC, cursor DESC, position DESC
    LIMIT ${value('UInt32', most)}`;
}

function countsOf(asked: z.output<typeof filter>, days: RolledDays, range: TimeRange): Sql {
  return sql`
    SELECT rule_name, count() AS count, countIf(blocked) AS blocked_count, sum(count()) OVER () AS all
    FROM (${violationRows(days, sql`rule_name, blocked`, conditions(asked, range))})
    GROUP BY rule_name
    ORDER BY count DESC, rule_name
    LIMIT ${value('UInt32', MOST_RULES)}`;
}

/** Adds `/v1/policy-violations`. */
export function addFleetViolations(api: Api): void {
  api.get(
    '/v1/policy-violations',
    describe('read', 'The checks that denied, over all runs of a range, newest first', fleetViolations),
    query(filter),
    async (context) => {
      const asked = context.req.valid('query');
      const range = rangeOf(asked);
      const { read } = context.var;
      const days = await readRolledDays(read, 'step_rows', range);
      const [rows, counts] = await Promise.all([
        readNewest(range, asked.limit + 1, (part, most) => read(listOf(asked, days, part, most))),
        read<Row & { all: number }>(countsOf(asked, days, range)),
      ]);
      const page = pageOf(rows, asked.limit);
      return context.json({
        ...rangeAnswer(range),
        violations: page.rows,
        count: counts[0]?.all ?? 0,
        rules: counts.map(({ all: _, ...rule }) => rule),
        next_page_token: page.next_page_token,
      });
    },
  );
}
