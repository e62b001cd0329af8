import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATA_SOURCE } from './names.ts';

/** How the plugin shapes a result, with the number that its backend takes for it. */
const FORMATS = { timeSeries: 0, table: 1, traces: 3 } as const;

/** Shape of a result: `timeSeries` makes a series of each value of a text column. */
export type QueryType = keyof typeof FORMATS;

/** The version of the plugin whose query model this is. */
const PLUGIN_VERSION = '4.20.0';

/** A query of the ClickHouse plugin as its SQL editor stores it. */
export interface ClickHouseQuery {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly pluginVersion: string;
  readonly editorType: 'sql';
  readonly queryType: QueryType;
  readonly format: number;
  readonly rawSql: string;
}

/** Makes the query of a panel or of an annotation. */
export function query(rawSql: string, queryType: QueryType, refId = 'A'): Builder<ClickHouseQuery & Dataquery> {
  return {
    build: () => ({
      refId,
      datasource: DATA_SOURCE,
      pluginVersion: PLUGIN_VERSION,
      editorType: 'sql',
      queryType,
      format: FORMATS[queryType],
      rawSql: outdent(rawSql),
      // A mark for the compiler; JSON leaves functions out.
      _implementsDataqueryVariant: () => {},
    }),
  };
}

/** Takes away the indentation that all lines share, and empty lines around. */
export function outdent(text: string): string {
  const lines = text
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared)).join('\n');
}
