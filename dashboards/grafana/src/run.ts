import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { violations } from './annotations.ts';
import { board } from './board.ts';
import { inRun } from './filters.ts';
import { BOARDS } from './names.ts';
import { events } from './run/events.ts';
import { governance } from './run/governance.ts';
import { graph } from './run/graph.ts';
import { nodes } from './run/nodes.ts';
import { steps } from './run/steps.ts';
import { totals } from './run/totals.ts';
import { trace } from './run/trace.ts';
import { dataSource, filter, run as runVariable, trace as traceVariable } from './variables.ts';

/** One run: its totals, steps, nodes, checks, violations, events and trace. */
export function run(): Dashboard {
  return board({
    uid: BOARDS.run,
    title: 'Spanledger: run',
    about:
      'One run. Every query is of that run; the time range is what the timeline shows and which runs can be chosen.',
    from: 'now-24h',
    variables: [dataSource(), filter('tenant'), runVariable(), traceVariable()],
    annotations: [violations(inRun())],
    sections: [totals, steps, graph, nodes, governance, events, trace],
  });
}
