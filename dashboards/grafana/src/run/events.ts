import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { inRun } from '../filters.ts';
import { MOST_ROWS } from '../limits.ts';
import { table } from '../panels.ts';

/** Everything that happened in it. */
export const events: Section = {
  title: 'Events',
  panels: () => [eventList()],
};

const eventList = (): Builder<Panel> =>
  table({
    title: 'Events',
    about: 'All that happened in order: log records, span events, and steps at their end.',
    width: 24,
    height: 9,
    columns: [
      { name: 'time', width: 180 },
      { name: 'elapsed', unit: 'ms', width: 100 },
      { name: 'kind', width: 100 },
      ...['verdict', 'status'].map((name) => ({ name, width: 100, coloured: true as const })),
    ],
    sql: `
      SELECT time, elapsed_ms AS elapsed, kind, name, node_id AS node, verdict, status, body
      FROM timeline
      WHERE ${inRun()}
      ORDER BY time, entry_id
      LIMIT ${MOST_ROWS}`,
  });
