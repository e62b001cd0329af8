import { describeRoute, openAPIRouteHandler } from 'hono-openapi';
import { declareAccess } from './access.ts';
import type { Api } from './route.ts';

const keyDescription = 'A key made by `spanledger keys add`; where the collector has none, none is needed.';

/** Adds `/openapi.json`: the OpenAPI 3.1 document of all routes, itself among them. */
export function addOpenApi(api: Api, version: string): void {
  const summary = 'This document';
  const description = declareAccess(
    describeRoute({ summary, security: [], responses: { 200: { description: 'OpenAPI 3.1' } } }),
    'open',
  );
  const handler = openAPIRouteHandler(api, {
    documentation: {
      openapi: '3.1.0',
      info: {
        title: 'Spanledger',
        version,
        description:
          'Runs, steps and spans of governed agents. Times are ISO-8601 in UTC; cursors and nanoseconds are decimal strings; money is in US dollars with at most nine decimals; what nobody said is null.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: keyDescription },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: keyDescription },
        },
      },
    },
    excludeStaticFile: false,
  });
  api.get('/openapi.json', description, handler);
}
