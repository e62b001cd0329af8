import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { violations } from './annotations.ts';
import { board } from './board.ts';
import { activity } from './fleet/activity.ts';
import { governance } from './fleet/governance.ts';
import { latency } from './fleet/latency.ts';
import { latestRuns } from './fleet/latest-runs.ts';
import { totals } from './fleet/totals.ts';
import { usage } from './fleet/usage.ts';
import { BOARDS } from './names.ts';
import { dataSource, filter } from './variables.ts';

/** All runs: how many, how they ended, what they cost, where they are slow, what was blocked. */
export function fleet(): Dashboard {
  return board({
    uid: BOARDS.fleet,
    title: 'Spanledger: fleet',
    about: 'All runs of a time range: status, steps, errors, violations, latency, cost.',
    from: 'now-24h',
    variables: [dataSource(), ...(['tenant', 'workflow', 'agent', 'node', 'model'] as const).map(filter)],
    annotations: [violations()],
    sections: [totals, activity, governance, usage, latency, latestRuns],
  });
}
