import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { cost } from './cost.ts';
import { fleet } from './fleet.ts';
import { run } from './run.ts';
import { sla } from './sla.ts';

/** Folder of the generated boards. */
export const dashboardsDirectory: URL = new URL('../dashboards/', import.meta.url);

/** Makes all boards: their JSON by file name. */
export function dashboardFiles(): Map<string, string> {
  const boards: Readonly<Record<string, Dashboard>> = { fleet: fleet(), run: run(), sla: sla(), cost: cost() };
  return new Map(
    Object.entries(boards).map(([name, board]) => [`${name}.json`, `${JSON.stringify(board, null, 2)}\n`]),
  );
}
