/** Variables that narrow a board; each is one value or All. */
export type Filter = 'tenant' | 'workflow' | 'agent' | 'node' | 'model';

/** Variables whose value panels compare with: the filters, the run, and its trace. */
export type Variable = Filter | 'run' | 'trace';

/** How each view compares with a filter's value; it leaves out what it has no column for. */
const COMPARISONS = {
  runs: {
    tenant: equals('tenant'),
    workflow: equals('workflow_name'),
    agent: (value: string) => `has(agent_names, ${value})`,
    node: (value: string) => `has(node_ids, ${value})`,
    model: (value: string) => `has(models, ${value})`,
  },
  steps: {
    tenant: equals('tenant'),
    workflow: equals('workflow_name'),
    agent: equals('agent_name'),
    node: equals('node_id'),
    model: equals('model'),
  },
} as const;

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

/** All filters. */
const FILTERS: readonly Filter[] = ['tenant', 'workflow', 'agent', 'node', 'model'];

/** Condition for runs that began in the board's time range and fit its filters. */
export function selectedRuns(filters: readonly Filter[] = FILTERS): string {
  const fitting = filters.map((filter) => chosen(filter, COMPARISONS.runs[filter]));
  return all('$__timeFilter_ms(start_time)', ...fitting);
}

/** Condition for steps that began in the board's time range and fit its filters. The day prunes partitions. */
export function selectedSteps(filters: readonly Filter[] = FILTERS): string {
  const fitting = filters.map((filter) => chosen(filter, COMPARISONS.steps[filter]));
  return all('$__timeFilter_ms(start_time)', EVENT_DAYS, ...fitting);
}

/** Condition for windows of the view `sla` that touch the board's time range and fit its filters. */
export function selectedWindows(): string {
  const fitting = (['tenant', 'agent', 'node'] as const).map((filter) => chosen(filter, COMPARISONS.steps[filter]));
  const touching = 'window_start > $__fromTime - toIntervalSecond(window_seconds) AND window_start <= $__toTime';
  return all(touching, EVENT_DAYS, ...fitting);
}

/** Condition for the whole days of the view `cost` that the board's time range touches, and that fit its filters. */
export function selectedDays(): string {
  const fitting = (['tenant', 'agent', 'model'] as const).map((filter) => chosen(filter, COMPARISONS.steps[filter]));
  return all("day BETWEEN toDate($__fromTime, 'UTC') AND toDate($__toTime, 'UTC')", ...fitting);
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
export const EVENT_DAYS: string =
  "(event_date BETWEEN toDate($__fromTime, 'UTC') AND toDate($__toTime, 'UTC') OR event_date = '1970-01-01')";
