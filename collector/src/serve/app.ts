import { Hono } from 'hono';
import { EngineError } from '../errors.ts';
import { type CallerOf, everybody } from '../keys/caller.ts';
import type { RetentionReport } from '../retention/report.ts';
import type { SlaTargetWriter } from '../sla/target-table.ts';
import { addAuditTrail } from './audit-trail.ts';
import { addConflicts } from './conflicts.ts';
import { addCost } from './cost.ts';
import { answerError } from './errors.ts';
import { addFleetViolations } from './fleet-violations.ts';
import { addGraph } from './graph.ts';
import { type ApiAccess, addGuard } from './guard.ts';
import { addNodeLatency } from './node-latency.ts';
import { addOpenApi } from './openapi.ts';
import { addPolicyViolations } from './policy-violations.ts';
import { addRejects } from './rejects.ts';
import { addRetention } from './retention.ts';
import type { Api, ApiEnv } from './route.ts';
import { addRunReport } from './run-report.ts';
import { addRunSteps } from './run-steps.ts';
import { addRuns } from './runs.ts';
import { addSla } from './sla.ts';
import { addSlaTargets } from './sla-targets.ts';
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
  /** Writes SLA targets. Default: an API that refuses to change them, with 503. */
  readonly slaTargets?: SlaTargetWriter;
  /** Answers `/v1/retention`. Default: that it is not known, with 503. */
  readonly retention?: () => Promise<RetentionReport>;
  /** Version of the collector in the OpenAPI document. Default `0.0.0`. */
  readonly version?: string;
  /** Finds who asks. Default: everybody has all scopes for the tenant `default`. */
  readonly callerOf?: CallerOf;
  /** Resolves once all that is acknowledged now stands in the views; a request that reads waits for it. Default: at once. */
  readonly upToDate?: () => Promise<void>;
  /** Gets each answered request of a route that needs a key, for the access log. Default: nobody. */
  readonly onAccess?: (access: ApiAccess) => void;
  /** Origins whose web pages may use the API; `*` for all. Default: none. */
  readonly readableOrigins?: () => readonly string[];
  /** Gets each error that was answered with 500; the caller sees no detail of it. Default: nobody. */
  readonly onError?: (error: Error) => void;
}

const refuseWrite = async (): Promise<never> => {
  throw new EngineError('ENGINE_UNAVAILABLE', 'This API only reads.');
};
const notKnown = async (): Promise<never> => {
  throw new EngineError('ENGINE_UNAVAILABLE', 'This API does not know what is stored.');
};
const readOnlyTargets: SlaTargetWriter = { put: refuseWrite, remove: refuseWrite };

/**
 * Makes the HTTP API over the views. Each route needs the scope that it declares, and every query is filtered by the caller's tenant.
 * @example
 * const api = createApi({ store: createStore(engine.client), status });
 * const response = await api.request('/v1/runs?limit=10');
 */
export function createApi(options: ApiOptions): Hono<ApiEnv> {
  const { store, callerOf = () => everybody('default'), onAccess = () => {}, onError = () => {} } = options;
  const api: Api = new Hono<ApiEnv>();
  addGuard(api, {
    store,
    callerOf,
    upToDate: options.upToDate ?? (async () => {}),
    onAccess,
    readableOrigins: options.readableOrigins ?? (() => []),
  });
  addRuns(api);
  addRunSteps(api);
  addSpans(api);
  addGraph(api);
  addAuditTrail(api);
  addNodeLatency(api);
  addPolicyViolations(api);
  addFleetViolations(api);
  addSla(api);
  addCost(api);
  addSlaTargets(api, options.slaTargets ?? readOnlyTargets);
  addWorkflowSummary(api);
  addRunReport(api);
  addTimeline(api);
  addSteps(api);
  addConflicts(api);
  addRejects(api);
  addStatus(api, options.status);
  addRetention(api, options.retention ?? notKnown);
  addOpenApi(api, options.version ?? '0.0.0');
  api.notFound((context) => {
    const message = `There is no ${context.req.method} ${context.req.path}; /openapi.json lists all routes.`;
    return context.json({ error: { code: 'ROUTE_NOT_FOUND', message } }, 404);
  });
  api.onError((error, context) => answerError(error, context, onError));
  return api;
}
