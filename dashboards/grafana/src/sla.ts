import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { violations, violationsOfSelectedSteps } from './annotations.ts';
import { board } from './board.ts';
import { BOARDS } from './names.ts';
import { breaches } from './sla/breaches.ts';
import { latency } from './sla/latency.ts';
import { missedTargets } from './sla/missed-targets.ts';
import { totals } from './sla/totals.ts';
import { dataSource, filter } from './variables.ts';

const FILTERS = ['tenant', 'agent', 'node'] as const;

/** Latency and errors of agents and nodes by window, against their targets. */
export function sla(): Dashboard {
  return board({
    uid: BOARDS.sla,
    title: 'Spanledger: SLA',
    about: 'Latency and error rate of agents and nodes by window, against the targets that apply to them.',
    from: 'now-24h',
    variables: [dataSource(), ...FILTERS.map(filter)],
    annotations: [violations(violationsOfSelectedSteps(FILTERS))],
    sections: [totals, latency, breaches, missedTargets],
  });
}
