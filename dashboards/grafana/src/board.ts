import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { boardLinks } from './links.ts';

/** A part of a board: a heading and the panels below it, from left to right and down. */
export interface Section {
  readonly title: string;
  readonly panels: () => readonly Builder<Panel>[];
}

/** What a board is made of. */
export interface BoardText {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  /** Start of the time range when the board is opened without one, for example `now-24h`. */
  readonly from: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly sections: readonly Section[];
}

/** Makes a board as Grafana stores it. */
export function board(text: BoardText): Dashboard {
  const builder = new DashboardBuilder(text.title)
    .uid(text.uid)
    .description(text.about)
    .tags(['spanledger'])
    .time({ from: text.from, to: 'now' })
    .timezone('browser')
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .editable()
    .variables([...text.variables])
    .annotations([...text.annotations])
    .links(boardLinks(text.uid));
  for (const section of text.sections) {
    builder.withRow(new RowBuilder(section.title));
    for (const panel of section.panels()) builder.withPanel(panel);
  }
  return finished(builder.build());
}

/** Panels get the numbers that their addresses need; links and annotations stay in sight, not in the menu of controls. */
function finished(dashboard: Dashboard): Dashboard {
  return {
    ...dashboard,
    panels: (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })),
    links: (dashboard.links ?? []).map(({ placement: _, ...link }) => link),
    annotations: { list: (dashboard.annotations.list ?? []).map(({ placement: _, ...annotation }) => annotation) },
  };
}
