import { MappingType, ThresholdsMode, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataLink } from './links.ts';

/** How a column or series is shown. */
export interface Column {
  /** Name in the query's result. */
  readonly name: string;
  /** Title; default is the name with blanks for underscores. */
  readonly title?: string;
  /** Unit of Grafana, for example `ms` or `currencyUSD`. */
  readonly unit?: string;
  readonly decimals?: number;
  /** Width of a table's column in pixels. */
  readonly width?: number;
  /** Colours the text by status or verdict. */
  readonly coloured?: true;
  /** Colour of a series. */
  readonly colour?: string;
  /** True for a line of dashes: a target. */
  readonly dashed?: true;
  /** Values from which on the colour is orange, and red. */
  readonly warnAt?: readonly [number, number];
  readonly links?: readonly DataLink[];
  /** In the result for links only. */
  readonly hidden?: boolean;
}

/** US dollars, to where the money of a single call shows. */
export const MONEY: Omit<Column, 'name'> = { unit: 'currencyUSD', decimals: 6, width: 110 };

const COLOURS: Readonly<Record<string, string>> = {
  completed: 'green',
  commit: 'green',
  running: 'blue',
  paused: 'yellow',
  escalate: 'yellow',
  skipped: 'text',
  cancelled: 'orange',
  blocked: 'purple',
  reject: 'purple',
  failed: 'red',
  lost: 'dark-red',
};

/** Colours of statuses and verdicts, the same on every board. */
export const MAPPINGS: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(COLOURS).map(([name, color], index) => [name, { color, index, text: name }]),
    ),
  },
];

/** Series that are named by a status. */
export const STATUS_SERIES: readonly Column[] = Object.entries(COLOURS).map(([name, colour]) => ({ name, colour }));

/** The overrides of Grafana that show a column so. */
export function propertiesOf(column: Column): { id: string; value?: unknown }[] {
  const { name, title = name.replaceAll('_', ' ') } = column;
  const properties: [string, unknown][] = [
    ['displayName', title],
    ['unit', column.unit],
    ['decimals', column.decimals],
    ['custom.width', column.width],
    ['custom.cellOptions', column.coloured && { type: 'color-text' }],
    ['thresholds', column.warnAt && stepsAt(column.warnAt)],
    ['color', column.colour && { mode: 'fixed', fixedColor: column.colour }],
    ['custom.lineStyle', column.dashed && { fill: 'dash', dash: [10, 10] }],
    ['links', column.links],
    // The first is of Grafana before 12.2, the second of those after.
    ['custom.hidden', column.hidden],
    ['custom.hideFrom', column.hidden && { viz: true, legend: true, tooltip: true }],
  ];
  return properties.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value }));
}

function stepsAt([orange, red]: readonly [number, number]): object {
  return {
    mode: ThresholdsMode.Absolute,
    steps: [
      { value: null, color: 'green' },
      { value: orange, color: 'orange' },
      { value: red, color: 'red' },
    ],
  };
}
