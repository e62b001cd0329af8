import { performance } from 'node:perf_hooks';
import type { Attributes } from '@opentelemetry/api';
import type { Check, CheckOutcome } from '@spanledger/semconv';
import {
  ATTR_CHECKS_DURATION_US,
  ATTR_CHECKS_NAME,
  ATTR_CHECKS_OUTCOME,
  ATTR_CHECKS_REASON,
  CHECKS,
} from '@spanledger/semconv';

/** What the checks look at. */
export interface StepFacts {
  /** What the step does, in the words of the policy: `read`, `answer`, `notify`, `publish`. */
  readonly action: string;
  /** Tool that the step calls, if any. */
  readonly tool?: string | undefined;
  /** 1 (read only) to 4 (irreversible). */
  readonly riskTier: number;
  /** Labels of untrusted data that reached the step. */
  readonly taint: readonly string[];
  /** Money left in the run's budget, USD. */
  readonly budgetLeftUsd: number;
}

/** What one check said. */
export interface CheckResult {
  readonly check: Check;
  readonly outcome: CheckOutcome;
  readonly reason: string;
  readonly durationUs: number;
  /** Name of the policy rule behind a denial. */
  readonly rule?: string | undefined;
}

type Finding = Pick<CheckResult, 'outcome' | 'reason' | 'rule'>;

const pass = (reason: string): Finding => ({ outcome: 'pass', reason });
const ALLOWED_TOOLS: readonly string[] = ['lookup_order'];

/** The eleven checks before execution. The example decides budget, policy, taint and tools; the others always pass. */
const BEFORE_EXECUTION: Partial<Record<Check, (facts: StepFacts) => Finding>> = {
  identity: () => pass('service_account'),
  tenant: () => pass('tenant_matches'),
  rate_limit: () => pass('within_limit'),
  budget: (facts) =>
    facts.budgetLeftUsd > 0 ? pass('within_budget') : { outcome: 'deny', reason: 'budget_exhausted' },
  policy: (facts) =>
    facts.action === 'publish'
      ? { outcome: 'deny', reason: 'action_forbidden', rule: 'no-external-publish' }
      : pass('allowed'),
  compliance: () => ({ outcome: 'skip', reason: 'no_profile' }),
  input_guardrail: () => pass('clean'),
  sensitive_data: () => pass('none_found'),
  risk: (facts) => pass(`tier_${facts.riskTier}`),
  taint: (facts) => (facts.taint.length > 0 ? { outcome: 'warn', reason: 'tainted' } : pass('untainted')),
  tool_permission: (facts) => {
    if (facts.tool === undefined) return { outcome: 'skip', reason: 'no_tool' };
    return ALLOWED_TOOLS.includes(facts.tool) ? pass('tool_allowed') : { outcome: 'deny', reason: 'tool_not_allowed' };
  },
};

/** Runs the checks before execution, in order. After a denial the rest is skipped. */
export function checkBefore(facts: StepFacts): readonly CheckResult[] {
  const results: CheckResult[] = [];
  for (const check of CHECKS) {
    const decide = BEFORE_EXECUTION[check];
    if (decide === undefined) continue;
    const started = performance.now();
    const finding: Finding = deniedBy(results) ? { outcome: 'skip', reason: 'not_reached' } : decide(facts);
    results.push({ check, ...finding, durationUs: Math.round((performance.now() - started) * 1000) });
  }
  return results;
}

/** Gives the check that denied, if one did. */
export function deniedBy(results: readonly CheckResult[]): CheckResult | undefined {
  return results.find((result) => result.outcome === 'deny');
}

/** Gives the four results from execution on. A blocked step was not executed: `executedMs` is undefined. */
export function checkAfter(executedMs: number | undefined, failed: boolean, slaMet: boolean): readonly CheckResult[] {
  const audit: CheckResult = { check: 'audit', outcome: 'pass', reason: 'recorded', durationUs: 0 };
  const skip = (check: Check): CheckResult => ({ check, outcome: 'skip', reason: 'not_reached', durationUs: 0 });
  if (executedMs === undefined) return [skip('execution'), skip('output_guardrail'), audit, skip('sla')];
  const durationUs = Math.round(executedMs * 1000);
  return [
    { check: 'execution', outcome: failed ? 'error' : 'pass', reason: failed ? 'node_threw' : 'done', durationUs },
    failed ? skip('output_guardrail') : { check: 'output_guardrail', ...pass('clean'), durationUs: 0 },
    audit,
    { check: 'sla', outcome: slaMet ? 'pass' : 'warn', reason: slaMet ? 'met' : 'missed', durationUs: 0 },
  ];
}

/** Writes results as the four parallel arrays of the convention. */
export function checkAttributes(results: readonly CheckResult[]): Attributes {
  return {
    [ATTR_CHECKS_NAME]: results.map((result) => result.check),
    [ATTR_CHECKS_OUTCOME]: results.map((result) => result.outcome),
    [ATTR_CHECKS_REASON]: results.map((result) => result.reason),
    [ATTR_CHECKS_DURATION_US]: results.map((result) => result.durationUs),
  };
}
