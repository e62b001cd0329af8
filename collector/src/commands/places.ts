import type { Collector } from '../collector.ts';
import type { Options } from '../options.ts';
import { VERSION } from '../version.ts';

/** Says where everything of a started collector is: a line a place, its name and its address two blanks or more apart. */
export function describePlaces(collector: Collector, options: Options): string {
  const { engine, url, grpcPort } = collector;
  const { hostname } = new URL(url);
  const places: [string, string][] = [
    ['OTLP/HTTP', url],
    ['OTLP/gRPC', `${hostname}:${grpcPort}`],
    ['API', `${url}/v1/runs`],
    ['OpenAPI', `${url}/openapi.json`],
    ['Metrics', `${url}/metrics`],
    ...clickHousePlaces(collector),
    ['Data', options.data_dir],
  ];
  const lines = places.map(([name, place]) => `  ${name.padEnd(20)}${place}`);
  return `Spanledger ${VERSION} is ready (ClickHouse ${engine.version}).

${lines.join('\n')}

Send an app's telemetry here:  OTEL_EXPORTER_OTLP_ENDPOINT=${url}
`;
}

function clickHousePlaces({ engine, readers }: Collector): [string, string][] {
  if (engine.kind === 'remote') return [['ClickHouse', `${engine.url} (database ${engine.database})`]];
  const users = readers.map(({ name, passwordSha256 }) =>
    passwordSha256 === undefined ? `${name}, no password` : name,
  );
  const said = users.length === 0 ? 'no read-only users' : `read-only user ${users.join('; ')}`;
  const native: [string, string][] =
    engine.tcpPort === null ? [] : [['ClickHouse native', `127.0.0.1:${engine.tcpPort} (the same)`]];
  return [['ClickHouse HTTP', `${engine.url} (database ${engine.database}, ${said})`], ...native];
}
