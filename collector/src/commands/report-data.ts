import {
  ClientError,
  EventProjector,
  NotFoundError,
  ReplayLedger,
  type RunProjections,
  type StepRecord,
  UnavailableError,
} from '@spanledger/client';
import { z } from 'zod';
import { ConfigurationError, InputError, SpanledgerError } from '../errors.ts';
import type { ApiPlace } from './api-place.ts';

/** All that the tables of a report show. */
export interface ReportData extends Omit<RunProjections, 'auditTrail'> {
  /** In order of start; they say how long each took, which audit entries don't. */
  readonly steps: readonly StepRecord[];
}

/** Reads a run's report. @throws SpanledgerError as `explained` does */
export function readReport(place: ApiPlace, runId: string): Promise<ReportData> {
  return explained(place, async () => {
    const ledger = openLedger(place);
    const projector = new EventProjector(ledger);
    const [steps, nodeLatency, policyViolations, workflowSummary] = await Promise.all([
      ledger.getRun(runId),
      projector.nodeLatency(runId),
      projector.policyViolations(runId),
      projector.workflowSummary(runId),
    ]);
    return { steps, nodeLatency, policyViolations, workflowSummary };
  });
}

/** Reads a run's report as plain JSON. @throws SpanledgerError as `explained` does */
export function readReportJson(place: ApiPlace, runId: string): Promise<object> {
  return explained(place, () => new EventProjector(openLedger(place)).report(runId));
}

/** Reads a run's graph as text of a format. @throws SpanledgerError as `explained` does */
export function readGraph(place: ApiPlace, runId: string, format: 'mermaid' | 'dot' | 'json'): Promise<string> {
  return explained(place, () => openLedger(place).transport.getText(['runs', runId, 'graph'], { format }));
}

/** A run as a list shows it; the API gives more. */
export interface ListedRun {
  readonly run_id: string;
  readonly workflow_name: string;
  readonly status: string;
  readonly start_time: string;
  readonly duration_ms: number;
  readonly step_count: number;
  readonly blocked_steps: number;
  readonly failed_steps: number;
  readonly total_tokens: number;
  readonly total_cost_usd: number;
}

const listedRun: z.ZodType<ListedRun> = z.looseObject({
  run_id: z.string(),
  workflow_name: z.string(),
  status: z.string(),
  start_time: z.string(),
  duration_ms: z.number(),
  step_count: z.number(),
  blocked_steps: z.number(),
  failed_steps: z.number(),
  total_tokens: z.number(),
  total_cost_usd: z.number(),
});

const runList = z.object({ runs: z.array(listedRun) });

/** Reads the latest runs, newest first. @throws SpanledgerError as `explained` does */
export async function readLatestRuns(place: ApiPlace, limit: number): Promise<readonly ListedRun[]> {
  const { runs } = await explained(place, () => openLedger(place).transport.get(['runs'], runList, { limit }));
  return runs;
}

function openLedger({ url, key }: ApiPlace): ReplayLedger {
  if (!/^https?:\/\/./.test(url) || !URL.canParse(url)) {
    throw new InputError('URL_INVALID', `--url must be like http://127.0.0.1:4318, not ${url}`);
  }
  return new ReplayLedger(key === undefined ? url : { url, apiKey: key });
}

/**
 * Says what to do about a failed call.
 *
 * @throws InputError `RUN_NOT_FOUND`
 * @throws ConfigurationError `COLLECTOR_UNREACHABLE`
 * @throws ConfigurationError `UNAUTHORIZED`, `FORBIDDEN`
 * @throws SpanledgerError with the client's code for all else that the API answered
 */
async function explained<T>({ url }: ApiPlace, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (!(thrown instanceof ClientError)) throw thrown;
    if (thrown instanceof NotFoundError) {
      const message = `${thrown.message} Its data may not have arrived; "spanledger report" lists the latest runs.`;
      throw new InputError(thrown.code, message, { cause: thrown });
    }
    if (thrown instanceof UnavailableError && thrown.status === 0) {
      const message = `no collector answers at ${url}. Start one with "spanledger start", or name another with --url.`;
      throw new ConfigurationError('COLLECTOR_UNREACHABLE', message, { cause: thrown });
    }
    if (thrown.status === 401 || thrown.status === 403) {
      const message = `the collector at ${url} says: ${thrown.message} Give a key with the scope "read" by SPANLEDGER_KEY or --key.`;
      throw new ConfigurationError(thrown.code, message, { cause: thrown });
    }
    throw new SpanledgerError(thrown.code, thrown.message, { cause: thrown });
  }
}
