import { z } from 'zod';
import type { ReplayLedger } from './ledger.ts';
import {
  type AuditEntry,
  AuditTrailProjection,
  auditEntry,
  NodeLatencyProjection,
  nodeLatencyStats,
  PolicyViolationProjection,
  policyViolation,
  WorkflowSummaryProjection,
  workflowSummary,
} from './projections.ts';
import { type RunReport, runReport } from './report.ts';

/** All four projections of a run. */
export interface RunProjections {
  readonly auditTrail: AuditTrailProjection;
  readonly nodeLatency: NodeLatencyProjection;
  readonly policyViolations: PolicyViolationProjection;
  readonly workflowSummary: WorkflowSummaryProjection;
}

const auditPage = z.object({ entries: z.array(auditEntry), next_page_token: z.string().nullable() });
const latencies = z.object({ nodes: z.array(nodeLatencyStats) });
const violations = z.object({ violations: z.array(policyViolation), count: z.number(), blocked_count: z.number() });

const ENTRIES_A_PAGE = 10_000;

/**
 * Turns the ledger's records of a run into read models. The collector computes them in SQL; every call reads them anew.
 * All methods throw a `NotFoundError` for an unknown run, and another `ClientError` when the API can't answer.
 * @example
 * const projector = new EventProjector(new ReplayLedger('http://127.0.0.1:4318'));
 * const { summary } = await projector.workflowSummary('run-1');
 * console.log(`${summary.stepCount} steps, $${summary.totalCostUsd.toFixed(4)}`);
 */
export class EventProjector {
  readonly #ledger: ReplayLedger;

  constructor(ledger: ReplayLedger) {
    this.#ledger = ledger;
  }

  /**
   * All four projections at once.
   * @example const { auditTrail, nodeLatency } = await projector.project('run-1');
   */
  async project(runId: string): Promise<RunProjections> {
    const [auditTrail, nodeLatency, policyViolations, summary] = await Promise.all([
      this.auditTrail(runId),
      this.nodeLatency(runId),
      this.policyViolations(runId),
      this.workflowSummary(runId),
    ]);
    return { auditTrail, nodeLatency, policyViolations, workflowSummary: summary };
  }

  /**
   * Every step in chronological order.
   * @example for (const entry of (await projector.auditTrail('run-1')).entries) console.log(entry.nodeId, entry.verdict);
   */
  async auditTrail(runId: string): Promise<AuditTrailProjection> {
    const entries: AuditEntry[] = [];
    let token: string | null | undefined;
    while (token !== null) {
      const query = { limit: ENTRIES_A_PAGE, page_token: token };
      const page: z.output<typeof auditPage> = await this.#get(runId, 'audit-trail', auditPage, query);
      entries.push(...page.entries);
      token = page.next_page_token;
    }
    return new AuditTrailProjection(runId, entries);
  }

  /**
   * How long each node took.
   * @example console.log((await projector.nodeLatency('run-1')).statsFor('fetch')?.p95Ms);
   */
  async nodeLatency(runId: string): Promise<NodeLatencyProjection> {
    const { nodes } = await this.#get(runId, 'node-latency', latencies);
    return new NodeLatencyProjection(runId, nodes);
  }

  /**
   * The checks that denied.
   * @example console.log((await projector.policyViolations('run-1')).blockedCount);
   */
  async policyViolations(runId: string): Promise<PolicyViolationProjection> {
    const found = await this.#get(runId, 'policy-violations', violations);
    const { count, blocked_count: blockedCount } = found;
    return new PolicyViolationProjection(runId, { violations: found.violations, count, blockedCount });
  }

  /**
   * Totals of the run.
   * @example console.log((await projector.workflowSummary('run-1')).summary.totalTokens);
   */
  async workflowSummary(runId: string): Promise<WorkflowSummaryProjection> {
    return new WorkflowSummaryProjection(runId, await this.#get(runId, 'summary', workflowSummary));
  }

  /**
   * All four projections as plain JSON.
   * @example console.log(JSON.stringify(await projector.report('run-1'), null, 2));
   */
  report(runId: string): Promise<RunReport> {
    return this.#get(runId, 'report', runReport);
  }

  #get<Output>(
    runId: string,
    resource: string,
    schema: z.ZodType<Output>,
    parameters: Readonly<Record<string, string | number | undefined>> = {},
  ): Promise<Output> {
    return this.#ledger.transport.get(['runs', runId, resource], schema, parameters);
  }
}
