import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { inRun } from '../filters.ts';
import { MOST_ROWS } from '../limits.ts';
import { table } from '../panels.ts';

/** Its checks and violations. */
export const governance: Section = {
  title: 'Governance',
  panels: () => [checks(), violationList()],
};

const checks = (): Builder<Panel> =>
  table({
    title: 'Checks',
    about: 'How often each check had which outcome, and how long it took on average where steps say so.',
    width: 10,
    height: 9,
    columns: [
      ...['pass', 'warn', 'escalate', 'error', 'skip'].map((name) => ({ name, width: 70 })),
      { name: 'deny', width: 70, warnAt: [1, 1], coloured: true },
      { name: 'mean', unit: 'µs', width: 90 },
    ],
    sql: `
      SELECT
          check.name AS name,
          countIf(check.outcome = 'pass') AS pass,
          countIf(check.outcome = 'warn') AS warn,
          countIf(check.outcome = 'deny') AS deny,
          countIf(check.outcome = 'escalate') AS escalate,
          countIf(check.outcome = 'error') AS error,
          countIf(check.outcome = 'skip') AS skip,
          avg(check.duration_us) AS mean
      FROM (SELECT arrayJoin(checks) AS check FROM steps WHERE ${inRun()})
      GROUP BY name
      ORDER BY deny DESC, name
      LIMIT 100`,
  });

const violationList = (): Builder<Panel> =>
  table({
    title: 'Violations',
    about: 'Checks that denied.',
    width: 14,
    height: 9,
    columns: [
      { name: 'time', width: 180 },
      { name: 'blocked', width: 80 },
    ],
    sql: `
      SELECT timestamp AS time, node_id AS node, attempt, check_name, rule_name AS rule, reason, blocked
      FROM policy_violations
      WHERE ${inRun()}
      ORDER BY start_time, cursor, position
      LIMIT ${MOST_ROWS}`,
  });
