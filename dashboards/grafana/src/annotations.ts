import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { all, EVENT_DAYS, type Filter, selectedSteps } from './filters.ts';
import { DATA_SOURCE } from './names.ts';
import { query } from './query.ts';

/** Most violations that a board marks, the latest. */
const MOST_MARKS = 500;

/** Policy violations as marks on every graph of a board: of the steps that it selects, or of those that a condition names. */
export function violations(condition: string = violationsOfSelectedSteps()): AnnotationQueryBuilder {
  const sql = `
      SELECT
          timestamp AS time,
          concat(node_id, ': ', rule_name) AS title,
          if(reason = '', 'no reason given', reason) AS text,
          concat(check_name, ',', if(blocked, 'blocked', 'not blocked')) AS tags
      FROM policy_violations
      WHERE ${condition}
      ORDER BY time DESC
      LIMIT ${MOST_MARKS}`;
  return new AnnotationQueryBuilder()
    .name('Policy violations')
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor('red')
    .target(query(sql, 'table', 'annotation'));
}

/** Condition for violations of the steps that the board selects. */
export function violationsOfSelectedSteps(filters?: readonly Filter[]): string {
  const steps = all(selectedSteps(filters), "(blocked OR arrayExists(check -> check.outcome = 'deny', checks))");
  return all(
    '$__timeFilter_ms(start_time)',
    EVENT_DAYS,
    `(tenant, run_id, step_id, attempt) IN (SELECT tenant, run_id, step_id, attempt FROM steps WHERE ${steps})`,
  );
}
