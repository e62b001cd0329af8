import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { selectedSteps } from '../filters.ts';
import { RUN_LINK_COLUMNS, TO_RUN } from '../links.ts';
import { table } from '../panels.ts';

/** Steps that missed a target of their own. */
export const missedTargets: Section = { title: 'Steps past their own target', panels: () => [missedSteps()] };

const missedSteps = (): Builder<Panel> =>
  table({
    title: 'Missed targets',
    about: 'Steps that say they missed their target, the furthest past it first. A click opens the run.',
    width: 24,
    height: 10,
    columns: [
      { name: 'started', width: 180 },
      { name: 'run', links: [TO_RUN] },
      ...['took', 'target'].map((name) => ({ name, unit: 'ms', width: 110 })),
      { name: 'past', title: 'times the target', decimals: 1, width: 110 },
      { name: 'status', coloured: true, width: 100 },
    ],
    sql: `
      SELECT
          start_time AS started,
          run_id AS run,
          agent_name AS agent,
          node_id AS node,
          attempt,
          duration_ms AS took,
          sla_target_ms AS target,
          if(sla_target_ms > 0, duration_ms / sla_target_ms, NULL) AS past,
          status,
          tenant,
          ${RUN_LINK_COLUMNS}
      FROM steps
      WHERE ${selectedSteps(['tenant', 'agent', 'node'])}
        AND NOT sla_met
      ORDER BY past DESC NULLS LAST, start_time DESC
      LIMIT 200`,
  });
