import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_BLOCK_CHECK,
  ATTR_BLOCK_REASON,
  ATTR_BLOCK_RULE,
  ATTR_BUDGET_LIMIT_USD,
  ATTR_BUDGET_REMAINING_USD,
  ATTR_BUDGET_SPENT_USD,
  ATTR_CARBON_GCO2E,
  ATTR_CARBON_METHOD,
  ATTR_CONFIDENCE,
  ATTR_COST_SOURCE,
  ATTR_COST_USD,
  ATTR_EDGE_FROM,
  ATTR_IDENTITY_METHOD,
  ATTR_IDENTITY_SUBJECT,
  ATTR_INPUT,
  ATTR_NODE_ID,
  ATTR_NODE_KIND,
  ATTR_OUTPUT,
  ATTR_POLICY_ID,
  ATTR_POLICY_VERSION,
  ATTR_RISK_TIER,
  ATTR_SLA_MET,
  ATTR_SLA_TARGET_MS,
  ATTR_STEP_ATTEMPT,
  ATTR_STEP_ID,
  ATTR_STEP_INDEX,
  ATTR_STEP_VISIT,
  ATTR_TAINT_LABELS,
} from '@spanledger/semconv';
import type { CheckResult } from './checks.ts';
import type { Run } from './run.ts';
import type { UsageMeter } from './usage-meter.ts';
import { addUsd, CARBON_METHOD } from './usage-meter.ts';

/** What the app says about a step before it runs. */
export interface StepDefinition {
  /** Name of the node in the workflow's graph. */
  readonly node: string;
  /** `agent`, `tool`, `model`, `http` or `native`. */
  readonly kind: string;
  /** What the step does, in the words of the policy: `read`, `answer`, `notify`, `publish`. */
  readonly action: string;
  /** What the step is given. */
  readonly input: string;
  /** Service level target, milliseconds. */
  readonly slaTargetMs: number;
  /** Nodes that led here. Default none. */
  readonly from?: readonly string[];
  /** Tool that the step calls. */
  readonly tool?: string;
  /** 1 (read only) to 4 (irreversible). Default 1. */
  readonly riskTier?: 1 | 2 | 3 | 4;
  /** Labels of untrusted data in the input. Default none. */
  readonly taint?: readonly string[];
  /** How sure the node is of its output, 0 to 1. */
  readonly confidence?: number;
  /** How often the step may be tried. Default 1. */
  readonly attempts?: number;
}

/** Names of the step, the same in all its attempts. */
export function namesOf(definition: StepDefinition, stepId: string, index: number, visit: number): Attributes {
  return {
    [ATTR_STEP_ID]: stepId,
    [ATTR_STEP_INDEX]: index,
    [ATTR_STEP_VISIT]: visit,
    [ATTR_NODE_ID]: definition.node,
  };
}

/** What every span and log record made within an attempt carries, so that it is found with its step. */
export function stampAttributes(names: Attributes): Attributes {
  const keys = [ATTR_STEP_ID, ATTR_STEP_ATTEMPT, ATTR_STEP_INDEX, ATTR_STEP_VISIT, ATTR_NODE_ID];
  return Object.fromEntries(keys.map((key) => [key, names[key]]));
}

/** What kind of node, who asked, under which policy and with what risk: on the decision record and on the outcome span. */
export function decisionAttributes(definition: StepDefinition): Attributes {
  return {
    [ATTR_NODE_KIND]: definition.kind,
    ...(definition.kind === 'agent' ? { 'gen_ai.agent.name': definition.node } : {}),
    [ATTR_IDENTITY_SUBJECT]: `agent:${definition.node}`,
    [ATTR_IDENTITY_METHOD]: 'service_account',
    [ATTR_POLICY_ID]: 'support-desk',
    [ATTR_POLICY_VERSION]: '3',
    [ATTR_RISK_TIER]: definition.riskTier ?? 1,
    [ATTR_TAINT_LABELS]: [...(definition.taint ?? [])],
    [ATTR_EDGE_FROM]: [...(definition.from ?? [])],
  };
}

/** Why a step was blocked. */
export function blockAttributes(definition: StepDefinition, denial: CheckResult): Attributes {
  return {
    [ATTR_BLOCK_CHECK]: denial.check,
    [ATTR_BLOCK_REASON]: `${definition.action} by ${definition.node}: ${denial.reason}`,
    [ATTR_BLOCK_RULE]: denial.rule,
  };
}

/** What came of a step. A blocked step has no output, no duration and no meter. */
export function outcomeAttributes(
  definition: StepDefinition,
  run: Run,
  outcome: { output?: unknown; durationMs?: number; meter?: UsageMeter },
): Attributes {
  const { output, durationMs, meter } = outcome;
  const { limitUsd, spentUsd } = run.budget;
  return {
    [ATTR_INPUT]: definition.input,
    [ATTR_OUTPUT]: output === undefined || typeof output === 'string' ? output : JSON.stringify(output),
    [ATTR_CONFIDENCE]: output === undefined ? undefined : definition.confidence,
    [ATTR_COST_USD]: meter?.costUsd() ?? 0,
    [ATTR_COST_SOURCE]: 'sdk',
    [ATTR_CARBON_GCO2E]: meter?.carbonGrams() ?? 0,
    [ATTR_CARBON_METHOD]: CARBON_METHOD,
    [ATTR_BUDGET_LIMIT_USD]: limitUsd,
    [ATTR_BUDGET_SPENT_USD]: spentUsd,
    [ATTR_BUDGET_REMAINING_USD]: addUsd(limitUsd, -spentUsd),
    [ATTR_SLA_TARGET_MS]: definition.slaTargetMs,
    [ATTR_SLA_MET]: durationMs === undefined ? undefined : durationMs <= definition.slaTargetMs,
  };
}
