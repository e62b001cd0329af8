import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folder of the generated boards. */
export const BOARDS_DIRECTORY: string = path.join(import.meta.dirname, '../../dashboards/grafana/dashboards');

interface Target {
  readonly refId: string;
  readonly rawSql: string;
  readonly queryType: string;
  readonly format: number;
  readonly editorType: string;
  readonly pluginVersion: string;
}

interface Override {
  readonly matcher: { readonly id: string; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** A panel as the JSON has it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly overrides: readonly Override[] };
}

/** A board as the JSON has it. */
export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly links: readonly { readonly url: string; readonly includeVars: boolean }[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly rawSql: string };
      readonly multi: boolean;
    }[];
  };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly target: Target }[] };
}

/** All boards by file name. */
export const boards: readonly (readonly [string, Board])[] = readdirSync(BOARDS_DIRECTORY)
  .sort()
  .map((file) => [file, JSON.parse(readFileSync(path.join(BOARDS_DIRECTORY, file), 'utf8')) as Board] as const);

/** A query of a board and what it is for. */
export interface BoardQuery {
  readonly name: string;
  readonly board: Board;
  /** `variable`, `annotation`, or the type of the panel. */
  readonly kind: string;
  readonly rawSql: string;
  /** Of the panel's target; `table` for variables. */
  readonly queryType: string;
  readonly panel?: Panel;
  readonly refId?: string;
}

/** Every query of every board: of panels, variables and annotations. */
export const queries: readonly BoardQuery[] = boards.flatMap(([file, board]) => [
  ...board.templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => {
      const rawSql = typeof query === 'string' ? query : query.rawSql;
      return { name: `${file}: variable ${name}`, board, kind: 'variable', rawSql, queryType: 'table' };
    }),
  ...board.annotations.list.map(({ name, target }) => ({
    name: `${file}: annotation ${name}`,
    board,
    kind: 'annotation',
    rawSql: target.rawSql,
    queryType: target.queryType,
  })),
  ...board.panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ refId, rawSql, queryType }) => {
      return { name: `${file}: ${panel.title} ${refId}`, board, kind: panel.type, rawSql, queryType, panel, refId };
    }),
  ),
]);

/** Links of a panel's columns and series, with the column. */
export function linksOf(panel: Panel): { readonly column: string; readonly title: string; readonly url: string }[] {
  return (panel.fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) =>
    properties
      .filter(({ id }) => id === 'links')
      .flatMap(({ value }) =>
        (value as { title: string; url: string }[]).map((link) => ({ column: matcher.options, ...link })),
      ),
  );
}
