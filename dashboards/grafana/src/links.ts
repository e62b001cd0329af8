import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { BOARDS } from './names.ts';

/** A link of a table's cells or of a series. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
}

/** Columns that tables with a link to a run have besides what they show: the times around the run, as text. */
export const RUN_LINK_COLUMNS: string = `
    toString(toUnixTimestamp64Milli(start_time) - 1000) AS link_from,
    toString(toUnixTimestamp64Milli(end_time) + 1000) AS link_to`.trim();

/** Names of those columns. */
export const HIDDEN_COLUMNS: readonly string[] = ['link_from', 'link_to'];

const ROW_TIMES: readonly string[] = ['from=${__data.fields.link_from}', 'to=${__data.fields.link_to}'];

/** Opens the run of the row; its columns are `tenant`, `run`, and `RUN_LINK_COLUMNS`. */
export const TO_RUN: DataLink = {
  title: 'Open the run',
  url: board('run', [`var-tenant=${field('tenant')}`, `var-run=${field('run')}`, ...ROW_TIMES]),
};

/**
 * Opens a board with values of the row, by variable, beside the board's own tenant.
 * @param times `board` for the board's time range, `row` for that of the row's link columns
 */
export function toBoard(
  title: string,
  name: keyof typeof BOARDS,
  columns: Readonly<Record<string, string>>,
  times: 'board' | 'row' = 'board',
): DataLink {
  const values = Object.entries(columns).map(([variable, column]) => `var-${variable}=${field(column)}`);
  const range = times === 'board' ? ['${__url_time_range}'] : ROW_TIMES;
  return { title, url: board(name, ['${tenant:queryparam}', ...values, ...range]) };
}

/** Links in the head of a board to all others; they keep its time range and its variables. */
export function boardLinks(own: string): DashboardLinkBuilder[] {
  const titles = { fleet: 'Fleet', run: 'Run', sla: 'SLA', cost: 'Cost' } as const;
  const others = (Object.keys(BOARDS) as (keyof typeof BOARDS)[]).filter((name) => BOARDS[name] !== own);
  return others.map((name) =>
    new DashboardLinkBuilder(titles[name])
      .type(DashboardLinkType.Link)
      .url(`/d/${BOARDS[name]}`)
      .icon('dashboard')
      .includeVars(true)
      .keepTime(true),
  );
}

function board(name: keyof typeof BOARDS, parameters: readonly string[]): string {
  return `/d/${BOARDS[name]}?${[...parameters, '${datasource:queryparam}'].join('&')}`;
}

function field(column: string): string {
  return `\${__data.fields.${column}:percentencode}`;
}
