import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { violationsOfSelectedSteps } from '../annotations.ts';
import type { Section } from '../board.ts';
import { selectedSteps } from '../filters.ts';
import { bars, table } from '../panels.ts';

/** What checks denied and blocked. */
export const governance: Section = {
  title: 'Governance',
  panels: () => [blockedSteps(), violationsByRule(), topRules()],
};

const blockedSteps = (): Builder<Panel> =>
  bars({
    title: 'Blocked steps by check',
    about: 'Steps that a check blocked.',
    width: 8,
    height: 8,
    unit: 'short',
    sql: `
      SELECT $__timeInterval(start_time) AS time, if(block_check = '', 'not named', block_check) AS check_name, count() AS Value
      FROM steps
      WHERE ${selectedSteps()}
        AND blocked
      GROUP BY time, check_name
      ORDER BY time, check_name`,
  });

const violationsByRule = (): Builder<Panel> =>
  bars({
    title: 'Violations by rule',
    about: 'Checks that denied, by the rule that they applied.',
    width: 8,
    height: 8,
    unit: 'short',
    sql: `
      SELECT $__timeInterval(start_time) AS time, rule_name AS rule, count() AS Value
      FROM policy_violations
      WHERE ${violationsOfSelectedSteps()}
      GROUP BY time, rule
      ORDER BY time, rule`,
  });

const topRules = (): Builder<Panel> =>
  table({
    title: 'Rules',
    about: 'Rules that denied most.',
    width: 8,
    height: 8,
    columns: [{ name: 'violations', width: 90 }, { name: 'blocked', width: 90 }, { name: 'nodes' }],
    sql: `
      SELECT
          rule_name AS rule,
          count() AS violations,
          countIf(blocked) AS blocked,
          arrayStringConcat(arraySort(groupUniqArray(toString(node_id))), ', ') AS nodes
      FROM policy_violations
      WHERE ${violationsOfSelectedSteps()}
      GROUP BY rule
      ORDER BY violations DESC, rule
      LIMIT 100`,
  });
