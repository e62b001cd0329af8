import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { all, chosen, equals, type Filter, inRun, type Variable } from './filters.ts';
import { DATA_SOURCE, DATA_SOURCE_TYPE, DATA_SOURCE_UID } from './names.ts';
import { outdent } from './query.ts';

/** Most values that a variable offers. */
const MOST_VALUES = 1000;
const ALL = { selected: true, text: 'All', value: '$__all' };

const FILTERS: Readonly<Record<Filter, { label: string; values: string; about: string }>> = {
  tenant: { label: 'Tenant', values: 'tenant', about: 'Tenants that the data source’s user may see' },
  workflow: { label: 'Workflow', values: 'workflow_name', about: 'Workflow of the run' },
  agent: { label: 'Agent', values: 'arrayJoin(agent_names)', about: 'Agent of the step' },
  node: { label: 'Node', values: 'arrayJoin(node_ids)', about: 'Node of the graph' },
  model: { label: 'Model', values: 'arrayJoin(models)', about: 'Model that answered' },
};

/** The ClickHouse data source, so that a board also works where it has another name. */
export function dataSource(): Builder<VariableModel> {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type(DATA_SOURCE_TYPE)
    .current({ selected: true, text: 'Spanledger', value: DATA_SOURCE_UID });
}

/** A filter: its values are those of the runs in the time range, of the chosen tenant. */
export function filter(name: Filter): Builder<VariableModel> {
  const { label, values, about } = FILTERS[name];
  const runs = name === 'tenant' ? '$__timeFilter_ms(start_time)' : runsOfTenant();
  const sql = `
      SELECT DISTINCT ${values} AS value
      FROM runs
      WHERE ${all(runs, "value != ''")}
      ORDER BY value
      LIMIT ${MOST_VALUES}`;
  return variable(name, label, about, sql).includeAll(true).current(ALL).refresh(VariableRefresh.OnTimeRangeChanged);
}

/** The run: those of the time range, newest first. Loaded once, so that a run that a link names stays chosen. */
export function run(): Builder<VariableModel> {
  const sql = `
      SELECT
          run_id AS value,
          concat(formatDateTime(start_time, '%F %T'), '  ', workflow_name, '  ', status, '  ', run_id) AS text
      FROM runs
      WHERE ${runsOfTenant()}
      ORDER BY start_time DESC
      LIMIT ${MOST_VALUES}`;
  return variable('run', 'Run', 'Run that the board shows, newest first', sql).refresh(VariableRefresh.OnDashboardLoad);
}

/** A trace of the run. */
export function trace(): Builder<VariableModel> {
  const sql = `
      SELECT arrayJoin(trace_ids) AS value
      FROM runs
      WHERE ${inRun()}
      LIMIT ${MOST_VALUES}`;
  return variable('trace', 'Trace', 'Trace of the run that the trace panel shows', sql).refresh(
    VariableRefresh.OnDashboardLoad,
  );
}

function runsOfTenant(): string {
  return all('$__timeFilter_ms(start_time)', chosen('tenant', equals('tenant')));
}

function variable(name: Variable, label: string, about: string, sql: string): QueryVariableBuilder {
  const rawSql = outdent(sql);
  return new QueryVariableBuilder(name)
    .label(label)
    .description(about)
    .datasource(DATA_SOURCE)
    .query({ refId: name, queryType: 'sql', rawSql })
    .definition(rawSql)
    .sort(VariableSort.Disabled)
    .multi(false)
    .allowCustomValue(true);
}
