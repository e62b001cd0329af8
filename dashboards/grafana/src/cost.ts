import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { violations, violationsOfSelectedSteps } from './annotations.ts';
import { board } from './board.ts';
import { breakdown } from './cost/breakdown.ts';
import { days } from './cost/days.ts';
import { runs } from './cost/runs.ts';
import { totals } from './cost/totals.ts';
import { unpriced } from './cost/unpriced.ts';
import { BOARDS } from './names.ts';
import { dataSource, filter } from './variables.ts';

const FILTERS = ['tenant', 'agent', 'model'] as const;

/** What models cost: by day, agent, model, provider and source; caching, budgets, runs, and what has no price. */
export function cost(): Dashboard {
  return board({
    uid: BOARDS.cost,
    title: 'Spanledger: cost',
    about: 'What model calls cost and which tokens they took, each call once. Days are whole, in UTC.',
    from: 'now-30d',
    variables: [dataSource(), ...FILTERS.map(filter)],
    annotations: [violations(violationsOfSelectedSteps(FILTERS)).enable(false)],
    sections: [totals, days, breakdown, runs, unpriced],
  });
}
