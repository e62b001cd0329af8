import { z } from 'zod';
import { type CostFilter, type Costs, costsAnswer } from './cost.ts';
import { NotFoundError } from './errors.ts';
import {
  type FleetViolation,
  type FleetViolations,
  type LatencyFilter,
  latencyList,
  rangeQuery,
  type SlaFilter,
  type SlaTarget,
  type SlaWindow,
  slaPage,
  slaTargetList,
  type ViolationFilter,
  violationPage,
} from './fleet.ts';
import { type RunGraph, runGraph } from './graph.ts';
import type { NodeLatencyStats } from './projections.ts';
import { type StepRecord, stepRecord } from './step-record.ts';
import { type ConnectionOptions, Transport } from './transport.ts';

/** Which runs to list. What is left out does not filter. */
export interface RunFilter {
  /** Runs that started then or later. */
  readonly from?: Date;
  /** Runs that started before then. */
  readonly to?: Date;
  readonly status?: 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  /** An agent that took part. */
  readonly agent?: string;
  readonly workflow?: string;
  /** A verdict of one of its steps. */
  readonly verdict?: 'commit' | 'reject' | 'escalate';
  /** Part of a run id or of the name of a workflow, agent, node or model; case does not matter. */
  readonly text?: string;
  /** Most ids to give. Default: all. */
  readonly limit?: number;
}

/** Totals of a run; of an unknown one all are 0 or empty. */
export interface RunSummary {
  readonly runId: string;
  /** Number of steps. */
  readonly steps: number;
  /** Nodes that the steps ran at. */
  readonly nodes: readonly string[];
  /** US dollars. */
  readonly totalCostUsd: number;
  readonly totalTokens: number;
  /** Grams of CO2 equivalent. */
  readonly totalCarbonGco2: number;
  readonly blockedSteps: number;
  /** Distinct verdicts of the steps. */
  readonly verdicts: readonly string[];
  /** Start and end, ISO-8601 in UTC; `null` for an unknown run. */
  readonly timestamps: { readonly start: string; readonly end: string } | null;
}

const nextPage = z.string().nullable();
const stepPage = z.object({ steps: z.array(stepRecord), next_page_token: nextPage });
const runPage = z.object({ runs: z.array(z.object({ run_id: z.string() })), next_page_token: nextPage });
const run = z.object({
  run_id: z.string(),
  step_count: z.number(),
  node_ids: z.array(z.string()),
  total_cost_usd: z.number(),
  total_tokens: z.number(),
  total_carbon_gco2: z.number(),
  blocked_steps: z.number(),
  verdicts: z.array(z.string()),
  start_time: z.string(),
  end_time: z.string(),
});

const STEPS_A_PAGE = 1000;
const RUNS_A_PAGE = 500;
const WINDOWS_A_PAGE = 10_000;
const VIOLATIONS_A_PAGE = 1000;

/**
 * Reads runs and steps from a collector.
 * @example
 * const ledger = new ReplayLedger('http://127.0.0.1:4318');
 * const [latest] = await ledger.listRuns({ limit: 1 });
 * if (latest !== undefined) console.log(await ledger.getRun(latest));
 */
export class ReplayLedger {
  /** What the ledger reads through; projections share it. */
  readonly transport: Transport;

  /** @param connection base URL of the collector, or how to reach it */
  constructor(connection: string | URL | ConnectionOptions) {
    const isUrl = typeof connection === 'string' || connection instanceof URL;
    this.transport = new Transport(isUrl ? { url: connection } : connection);
  }

  /**
   * Steps of a run in order of start, then of arrival; none for an unknown run.
   * @throws {ClientError}
   * @example for (const step of await ledger.getRun('run-1')) console.log(step.nodeId, step.verdict);
   */
  async getRun(runId: string): Promise<StepRecord[]> {
    const steps: StepRecord[] = [];
    let token: string | null | undefined;
    while (token !== null) {
      const query = { limit: STEPS_A_PAGE, page_token: token };
      const page = await known(this.transport.get(['runs', runId, 'steps'], stepPage, query));
      if (page === undefined) return [];
      steps.push(...page.steps);
      token = page.next_page_token;
    }
    return steps;
  }

  /**
   * Run ids, newest first.
   * @throws {ClientError}
   * @example const failed = await ledger.listRuns({ status: 'failed', limit: 20 });
   */
  async listRuns(filter: RunFilter = {}): Promise<string[]> {
    const { from, to, limit = Number.POSITIVE_INFINITY, ...rest } = filter;
    const ids: string[] = [];
    let token: string | null | undefined;
    while (token !== null && ids.length < limit) {
      const page: z.output<typeof runPage> = await this.transport.get(['runs'], runPage, {
        ...rest,
        from: from?.getTime(),
        to: to?.getTime(),
        limit: Math.min(RUNS_A_PAGE, limit - ids.length),
        page_token: token,
      });
      ids.push(...page.runs.map((found) => found.run_id));
      token = page.next_page_token;
    }
    return ids;
  }

  /**
   * Totals of a run; `steps` is 0 for an unknown one.
   * @throws {ClientError}
   * @example const { steps, totalCostUsd } = await ledger.runSummary('run-1');
   */
  async runSummary(runId: string): Promise<RunSummary> {
    const found = await known(this.transport.get(['runs', runId], run));
    return {
      runId,
      steps: found?.step_count ?? 0,
      nodes: found?.node_ids ?? [],
      totalCostUsd: found?.total_cost_usd ?? 0,
      totalTokens: found?.total_tokens ?? 0,
      totalCarbonGco2: found?.total_carbon_gco2 ?? 0,
      blockedSteps: found?.blocked_steps ?? 0,
      verdicts: found?.verdicts ?? [],
      timestamps: found === undefined ? null : { start: found.start_time, end: found.end_time },
    };
  }

  /**
   * Calls, tokens, cost and carbon of a range by day, agent, provider and model.
   * @throws {ClientError}
   * @example const { costs, totals } = await ledger.cost({ from: new Date('2026-01-01'), groupBy: ['agent', 'model'] });
   */
  cost(filter: CostFilter = {}): Promise<Costs> {
    const { from, to, groupBy, ...rest } = filter;
    return this.transport.get(['cost'], costsAnswer, {
      ...rest,
      from: from?.getTime(),
      to: to?.getTime(),
      group_by: groupBy?.join(','),
    });
  }

  /**
   * Windows that began in a range, newest first: latency, error rate, and whether they break the target that applies.
   * @throws {ClientError}
   * @example const breaches = (await ledger.sla({ agent: 'writer' })).filter((window) => window.breached);
   */
  async sla(filter: SlaFilter = {}): Promise<SlaWindow[]> {
    const { from: _from, to: _to, limit = Number.POSITIVE_INFINITY, ...rest } = filter;
    const windows: SlaWindow[] = [];
    let token: string | null | undefined;
    while (token !== null && windows.length < limit) {
      const size = Math.min(WINDOWS_A_PAGE, limit - windows.length);
      const query = { ...rest, ...rangeQuery(filter), limit: size, page_token: token };
      const page: z.output<typeof slaPage> = await this.transport.get(['sla'], slaPage, query);
      windows.push(...page.windows);
      token = page.next_page_token;
    }
    return windows;
  }

  /**
   * SLA targets, the most specific first.
   * @throws {ClientError}
   * @example for (const target of await ledger.slaTargets()) console.log(target.targetId, target.p95Ms);
   */
  async slaTargets(): Promise<SlaTarget[]> {
    return (await this.transport.get(['sla', 'targets'], slaTargetList)).targets;
  }

  /**
   * How long each node took over all runs of a range, slowest first.
   * @throws {ClientError}
   * @example const [slowest] = await ledger.nodeLatency({ workflow: 'support' });
   */
  async nodeLatency(filter: LatencyFilter = {}): Promise<NodeLatencyStats[]> {
    const query = { ...filter, ...rangeQuery(filter) };
    return (await this.transport.get(['node-latency'], latencyList, query)).nodes;
  }

  /**
   * The checks that denied over all runs of a range, newest first, with counts by rule.
   * @throws {ClientError}
   * @example const { count, rules } = await ledger.policyViolations({ blocked: true, limit: 10 });
   */
  async policyViolations(filter: ViolationFilter = {}): Promise<FleetViolations> {
    const { from: _from, to: _to, blocked, limit = Number.POSITIVE_INFINITY, ...rest } = filter;
    const asked = { ...rest, ...rangeQuery(filter), blocked: blocked === undefined ? undefined : String(blocked) };
    const violations: FleetViolation[] = [];
    let page: z.output<typeof violationPage>;
    let token: string | null | undefined;
    do {
      const size = Math.max(1, Math.min(VIOLATIONS_A_PAGE, limit - violations.length));
      const query = { ...asked, limit: size, page_token: token ?? undefined };
      page = await this.transport.get(['policy-violations'], violationPage, query);
      violations.push(...page.violations);
      token = page.next_page_token;
    } while (token !== null && violations.length < limit);
    return { violations: violations.slice(0, limit), count: page.count, rules: page.rules };
  }

  /**
   * Graph of a run: nodes with their statistics, and edges.
   * @param options `includeHistory`: also attempts, visits, errors, inputs and outputs; the key needs the scope `audit`. Default false.
   * @throws {NotFoundError} for an unknown run
   * @throws {ClientError}
   * @example for (const node of (await ledger.graph('run-1')).nodes) console.log(node.id, node.status, node.stats.p95Ms);
   */
  graph(runId: string, options: { readonly includeHistory?: boolean } = {}): Promise<RunGraph> {
    const history = options.includeHistory === true ? 'true' : undefined;
    return this.transport.get(['runs', runId, 'graph'], runGraph, { include_history: history });
  }

  /**
   * Graph of a run as a drawing: a Mermaid flowchart, or DOT for Graphviz.
   * @throws {NotFoundError} for an unknown run
   * @throws {ClientError}
   * @example console.log(await ledger.drawGraph('run-1', 'mermaid'));
   */
  drawGraph(runId: string, language: 'mermaid' | 'dot'): Promise<string> {
    return this.transport.getText(['runs', runId, 'graph'], { format: language });
  }
}

/** The answer, or `undefined` when the run is unknown. */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
