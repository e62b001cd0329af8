import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Column, MAPPINGS, propertiesOf, STATUS_SERIES } from './columns.ts';
import { HIDDEN_COLUMNS } from './links.ts';
import { DATA_SOURCE } from './names.ts';
import { query } from './query.ts';

/** What every panel says. */
export interface PanelText {
  readonly title: string;
  /** Shown behind the panel's information mark: what is counted, and how. */
  readonly about: string;
  readonly sql: string;
  /** Width in 24ths of the page. */
  readonly width: number;
  /** Height in units of 30 pixels. */
  readonly height: number;
}

/** Totals: one row whose columns are shown side by side. */
export function totals(text: PanelText & { readonly columns: readonly Column[] }): Builder<Panel> {
  const panel = described(new StatBuilder(), text)
    .withTarget(query(text.sql, 'table'))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('/.*/').values(false))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .mappings(MAPPINGS);
  return withColumns(panel, text.columns);
}

/** What graphs over time say besides. */
export interface GraphText extends PanelText {
  readonly unit: string;
  readonly columns?: readonly Column[];
  /** True when the series are named by status, which have a colour each. */
  readonly byStatus?: true;
}

/**
 * Lines over time. With a text column beside `time` and `Value` each of its values makes a line, named by it alone: `Value` is the one
 * name of a field that Grafana leaves out.
 */
export function lines(text: GraphText): Builder<Panel> {
  return withColumns(timeSeries(text).lineWidth(2).showPoints(VisibilityMode.Auto).min(0), columnsOf(text));
}

/** Bars over time, stacked: for counts and sums, where no row means none. Series as those of `lines`. */
export function bars(text: GraphText): Builder<Panel> {
  const panel = timeSeries(text)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .min(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  return withColumns(panel, columnsOf(text));
}

function columnsOf({ columns = [], byStatus }: GraphText): readonly Column[] {
  return byStatus ? [...columns, ...STATUS_SERIES] : columns;
}

/** A table; columns that are not listed are shown as they come. */
export function table(text: PanelText & { readonly columns: readonly Column[] }): Builder<Panel> {
  const hidden = HIDDEN_COLUMNS.map((name) => ({ name, hidden: true }));
  const panel = described(new TableBuilder(), text).withTarget(query(text.sql, 'table')).mappings(MAPPINGS);
  return withColumns(panel.filterable(true), [...text.columns, ...hidden]);
}

function timeSeries(text: GraphText): TimeSeriesBuilder {
  return described(new TimeSeriesBuilder(), text)
    .withTarget(query(text.sql, 'timeSeries'))
    .unit(text.unit)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
}

/** What all builders of panels share of their methods. */
interface AnyBuilder<B> {
  title(title: string): B;
  description(description: string): B;
  datasource(source: { type: string; uid: string }): B;
  span(width: number): B;
  height(height: number): B;
  noValue(text: string): B;
}

/** Gives a new panel its title, size and data source. */
export function described<B extends AnyBuilder<B>>(panel: B, text: Omit<PanelText, 'sql'>): B {
  return panel
    .title(text.title)
    .description(text.about)
    .datasource({ ...DATA_SOURCE })
    .span(text.width)
    .height(text.height)
    .noValue('–');
}

interface WithOverrides<B> {
  overrideByName(name: string, properties: { id: string; value?: unknown }[]): B;
}

function withColumns<B extends WithOverrides<B>>(panel: B, columns: readonly Column[]): B {
  return columns.reduce((built, column) => built.overrideByName(column.name, propertiesOf(column)), panel);
}
