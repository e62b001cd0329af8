import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { MONEY } from '../columns.ts';
import { inRun } from '../filters.ts';
import { MOST_ROWS } from '../limits.ts';
import { table } from '../panels.ts';
import { stateTimeline } from '../run-panels.ts';

/** What it did, step by step. */
export const steps: Section = {
  title: 'Steps',
  panels: () => [stepTimeline(), auditTrail()],
};

const stepTimeline = (): Builder<Panel> =>
  stateTimeline({
    title: 'Steps over time',
    about: 'A line a node, a bar a step: from its start to its end, coloured by its status.',
    width: 24,
    height: 9,
    sql: `
      SELECT start_time AS time, end_time AS end, node_id AS node, status
      FROM steps
      WHERE ${inRun()}
      ORDER BY time, cursor
      LIMIT ${MOST_ROWS}`,
  });

const auditTrail = (): Builder<Panel> =>
  table({
    title: 'Audit trail',
    about: 'Every step and attempt in order: who did what, under which verdict, at what cost.',
    width: 24,
    height: 12,
    columns: [
      { name: 'time', width: 180 },
      { name: 'attempt', width: 80 },
      ...['verdict', 'status'].map((name) => ({ name, width: 100, coloured: true as const })),
      { name: 'tokens', width: 80 },
      { name: 'cost', ...MONEY },
    ],
    sql: `
      SELECT
          timestamp AS time,
          node_id AS node,
          attempt,
          verdict,
          status,
          block_check AS blocked_by,
          block_rule AS rule,
          block_reason AS reason,
          tokens_used AS tokens,
          cost_usd AS cost,
          agent_name AS agent,
          identity_subject AS ran_as,
          policy_id AS policy,
          policy_version,
          step_id AS step
      FROM audit_trail
      WHERE ${inRun()}
      ORDER BY start_time, cursor
      LIMIT ${MOST_ROWS}`,
  });
