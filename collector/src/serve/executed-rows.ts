import { isOf, isOfNone, type RolledDay, type RolledDays, withRolls } from './rolled-days.ts';
import { from, join, type Sql, sql, value } from './sql.ts';

const COLUMNS = sql`agent_name, node_id, workflow_name, start_time, duration_ms, failed, sla_met, event_date`;

/** The conditions on agent, node and workflow. */
export function ofNames(names: {
  readonly agent: string | undefined;
  readonly node: string | undefined;
  readonly workflow?: string | undefined;
}): Sql[] {
  const { agent, node, workflow } = names;
  return [
    ...(agent === undefined ? [] : [sql`agent_name = ${value('String', agent)}`]),
    ...(node === undefined ? [] : [sql`node_id = ${value('String', node)}`]),
    ...(workflow === undefined ? [] : [sql`workflow_name = ${value('String', workflow)}`]),
  ];
}

/**
 * A query of the executed steps that conditions hold for. Those of days that are rolled up are read from there, where they stand by time.
 * @param read of the days that are rolled up those that are to be read; default all
 */
export function executedRows(
  days: RolledDays,
  conditions: readonly Sql[],
  read: readonly RolledDay[] = days.rolled,
): Sql {
  const rowsOf = (relation: Sql, isCounted: Sql): Sql =>
    sql`SELECT ${COLUMNS} FROM ${relation} WHERE ${join([isCounted, ...conditions], sql` AND `)}`;
  return withRolls(
    { rolled: read, hasMore: days.hasMore },
    rowsOf(from('executed_days'), isOf(read)),
    rowsOf(from('executed_steps'), isOfNone(days.rolled)),
  );
}
