/** Variables that narrow a board; each is one value or All. */
export type Filter = 'tenant' | 'workflow' | 'agent' | 'node' | 'model';

/** Variables whose value panels compare with: the filters, the run, and its trace. */
export type Variable = Filter | 'run' | 'trace';

/** How a view compares with a filter's value; a view without the column leaves the filter out. */
const COMPARISONS: Readonly<Record<string, Partial<Record<Filter, (value: string) => string>>>> = {
  runs: {
    tenant: equals('tenant'),
    workflow: equals('workflow_name'),
    agent: (value) => `has(agent_names, ${value})`,
    node: (value) => `has(node_ids, ${value})`,
    model: (value) => `has(models, ${value})`,
  },
  steps: {
    tenant: equals('tenant'),
    workflow: equals('workflow_name'),
    agent: equals('agent_name'),
    node: equals('node_id'),
    model: equals('model'),
  },
};

/**
 * The value of a variable as a ClickHouse string. Percent encoding is the one format of Grafana whose output holds neither a quote nor a
 * backslash, a dollar sign or a blank: with the others a value that ends in a backslash would leave the string.
 */
export function variableText(variable: Variable): string {
  return `decodeURLComponent('\${${variable}:percentencode}')`;
}

/** A condition for a variable: true for every row when All is chosen. */
export function chosen(variable: Filter, compare: (value: string) => string): string {
  return `$__conditionalAll(${compare(variableText(variable))}, $${variable})`;
}

/** Condition for runs that began in the board's time range and fit its filters. */
export function selectedRuns(): string {
  return all('$__timeFilter_ms(start_time)', ...filtersOf('runs'));
}

/** Condition for steps that began in the board's time range and fit its filters. The day prunes partitions. */
export function selectedSteps(): string {
  return all('$__timeFilter_ms(start_time)', daysOf('event_date'), ...filtersOf('steps'));
}

/** Condition for the rows of the run that the board shows. */
export function inRun(): string {
  return all(`run_id = ${variableText('run')}`, chosen('tenant', equals('tenant')));
}

/** Conditions joined, one a line, indented as the queries of the boards are. */
export function all(...conditions: readonly string[]): string {
  return conditions.join('\n        AND ');
}

/** `column = value`, for `chosen`. */
export function equals(column: string): (value: string) => string {
  return (value) => `${column} = ${value}`;
}

/** Condition for partitions by day; rows whose time is far from their arrival stand in the one of 1970. */
function daysOf(column: string): string {
  return `(${column} BETWEEN toDate($__fromTime, 'UTC') AND toDate($__toTime, 'UTC') OR ${column} = '1970-01-01')`;
}

function filtersOf(view: 'runs' | 'steps'): string[] {
  const comparisons = Object.entries(COMPARISONS[view] ?? {}) as [Filter, (value: string) => string][];
  return comparisons.map(([filter, compare]) => chosen(filter, compare));
}
