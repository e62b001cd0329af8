import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { addHealth } from '../../collector/src/health.ts';
import { Metrics } from '../../collector/src/metrics.ts';
import { type AccessRow, accessTable } from '../../collector/src/serve/access-table.ts';
import { createApi } from '../../collector/src/serve/app.ts';
import { code, table } from './markdown.ts';
import { withPart } from './part.ts';

/** OTLP, which is no part of the API: its routes need `ingest` (`collector/src/collector.ts`). */
const OTLP: readonly AccessRow[] = [
  { method: 'POST', path: '/v1/traces', scope: 'ingest' },
  { method: 'POST', path: '/v1/logs', scope: 'ingest' },
  { method: 'gRPC', path: 'TraceService/Export', scope: 'ingest' },
  { method: 'gRPC', path: 'LogsService/Export', scope: 'ingest' },
];

/** The page with its table of routes and scopes made anew from what the routes declare. */
export function withScopesTable(page: string, engine: Engine): string {
  const unused = (): never => {
    throw new Error('the table needs no data');
  };
  const api = createApi({ store: { reader: unused }, status: unused });
  addHealth(api, engine, new Metrics().registry);
  const rows = [...OTLP, ...accessTable(api)].map(({ method, path, scope, parameters = {} }) => {
    const more = Object.entries(parameters).map(([name, needed]) => `; with ${code(`?${name}`)} also ${code(needed)}`);
    return [method, code(path), scope === 'open' ? 'no key' : code(scope) + more.join('')];
  });
  return withPart(page, 'scopes', table(['method', 'route', 'scope of the key'], rows));
}
