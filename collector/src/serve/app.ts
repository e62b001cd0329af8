import { Hono } from 'hono';
import { addAuditTrail } from './audit-trail.ts';
import { answerError } from './errors.ts';
import { addNodeLatency } from './node-latency.ts';
import { addOpenApi } from './openapi.ts';
import { addPolicyViolations } from './policy-violations.ts';
import type { Api, ApiEnv } from './route.ts';
import { addRunReport } from './run-report.ts';
import { addRunSteps } from './run-steps.ts';
import { addRuns } from './runs.ts';
import { addSpans } from './spans.ts';
import { addStatus, type CollectorStatus } from './status.ts';
import { addSteps } from './steps.ts';
import type { Store } from './store.ts';
import { addTimeline } from './timeline.ts';
import { addWorkflowSummary } from './workflow-summary.ts';

/** What the API is made of. */
export interface ApiOptions {
  readonly store: Store;
  /** Answers `/v1/status`. */
  readonly status: () => CollectorStatus | Promise<CollectorStatus>;
  /** Version of the collector in the OpenAPI document. Default `0.0.0`. */
  readonly version?: string;
  /** Tenant that a request may read. Default: always `default`. */
  readonly tenantOf?: (request: Request) => string | Promise<string>;
  /** Gets each error that was answered with 500; the caller sees no detail of it. Default: nobody. */
  readonly onError?: (error: Error) => void;
}

/**
 * Makes the HTTP API over the views. Every query is filtered by the tenant of its request.
 * @example
 * const api = createApi({ store: createStore(engine.client), status });
 * const response = await api.request('/v1/runs?limit=10');
 */
export function createApi(options: ApiOptions): Hono<ApiEnv> {
  const { store, tenantOf = () => 'default', onError = () => {} } = options;
  const api: Api = new Hono<ApiEnv>();
  api.use('/v1/*', async (context, next) => {
    const tenant = await tenantOf(context.req.raw);
    context.set('read', store.reader(tenant, context.req.raw.signal));
    await next();
  });
  addRuns(api);
  addRunSteps(api);
  addSpans(api);
  addAuditTrail(api);
  addNodeLatency(api);
  addPolicyViolations(api);
  addWorkflowSummary(api);
  addRunReport(api);
  addTimeline(api);
  addSteps(api);
  addStatus(api, options.status);
  addOpenApi(api, options.version ?? '0.0.0');
  api.notFound((context) => {
    const message = `There is no ${context.req.method} ${context.req.path}; /openapi.json lists all routes.`;
    return context.json({ error: { code: 'ROUTE_NOT_FOUND', message } }, 404);
  });
  api.onError((error, context) => answerError(error, context, onError));
  return api;
}
