import type { CheckOutcome } from '@spanledger/semconv';
import type { StepUsage } from '../contract/step-context.ts';
import type { GovernedAttributes } from '../telemetry/attribute-names.ts';
import type { CheckPlan } from './check-plan.ts';
import type { RunState } from './run-state.ts';
import type { StepAttempt, StepNames } from './step-attempt.ts';

const NONE: readonly string[] = [];

/** Checks that took less than this together, microseconds, are not told how long each took. */
const TOLD_US = 100;

// Only what is known is set, and what is the default is not said: each attribute costs OpenTelemetry 0.1 us, half of that where it is
// `undefined`, and the collector 20 bytes.
//
// Each object begins empty and takes its attributes one by one, keys written out, those of the span's start first. OpenTelemetry copies
// them in the same order into an object that began empty too, so that V8 gives both the same hidden class. An object made as one literal
// has another class, and the copy then becomes a hash table at its twentieth attribute: 1.5 us more a step.

/** What the span of an attempt has from its start, so that samplers and span processors know it for a governed one. */
export function startAttributes({ run, stepId, node }: StepNames, attempt: number): GovernedAttributes {
  const attributes: GovernedAttributes = {};
  attributes['spanledger.run.id'] = run.id;
  attributes['spanledger.step.id'] = stepId;
  if (attempt !== 1) attributes['spanledger.step.attempt'] = attempt;
  attributes['spanledger.node.id'] = node.id;
  return attributes;
}

/** What is known once the checks before execution have decided, for the decision record. */
export function decisionAttributes(step: StepAttempt, plan: CheckPlan): GovernedAttributes {
  const { policy, budget } = step;
  const before = plan.executionPlace;
  const attributes = startAttributes(step.names, step.attempt);
  attributes['spanledger.step.index'] = step.names.index;
  attributes['spanledger.node.kind'] = kindOf(step.names);
  attributes['spanledger.verdict'] = step.verdict;
  attributes['spanledger.checks.name'] = plan.namesBefore as string[];
  attributes['spanledger.checks.outcome'] = step.outcomes.slice(0, before);
  attributes['spanledger.risk.tier'] = step.facts.riskTier;
  attributes['spanledger.input.digest'] = step.inputDigest;
  if (!step.isSmooth) attributes['spanledger.checks.reason'] = reasonsOf(step, before);
  if (policy?.request !== undefined) attributes['spanledger.policy.request'] = policy.request;
  if (budget !== undefined) {
    attributes['spanledger.budget.limit_usd'] = budget.limitUsd;
    attributes['spanledger.budget.spent_usd'] = budget.spentUsd;
  }
  addShared(attributes, step, plan);
  return attributes;
}

/** All that is recorded of an attempt, for its span. */
export function outcomeAttributes(step: StepAttempt, plan: CheckPlan): GovernedAttributes {
  const { budget, output } = step;
  const attributes = startAttributes(step.names, step.attempt);
  attributes['spanledger.step.index'] = step.names.index;
  attributes['spanledger.node.kind'] = kindOf(step.names);
  attributes['spanledger.verdict'] = step.verdict;
  attributes['spanledger.status'] = step.status;
  attributes['spanledger.checks.name'] = plan.names as string[];
  attributes['spanledger.checks.outcome'] = step.outcomes;
  attributes['spanledger.risk.tier'] = step.facts.riskTier;
  attributes['spanledger.input.digest'] = step.inputDigest;
  attributes['spanledger.chain.producer'] = step.run.producer;
  attributes['spanledger.chain.seq'] = step.sequence;
  if (!step.isSmooth) attributes['spanledger.checks.reason'] = reasonsOf(step, step.reasons.length);
  if (step.checksUs >= TOLD_US) attributes['spanledger.checks.duration_us'] = step.durationsUs;
  if (budget !== undefined) {
    attributes['spanledger.budget.limit_usd'] = budget.limitUsd;
    attributes['spanledger.budget.spent_usd'] = budget.spentUsd;
    attributes['spanledger.budget.remaining_usd'] = remainingUsd(budget);
  }
  if (step.slaMet !== undefined) attributes['spanledger.sla.met'] = step.slaMet;
  if (step.outputDigest !== undefined) attributes['spanledger.output.digest'] = step.outputDigest;
  if (output?.confidence !== undefined) attributes['spanledger.confidence'] = output.confidence;
  if (step.failure !== undefined) attributes['error.type'] = errorTypeOf(step, step.failure);
  if (step.usage !== undefined) addUsage(attributes, step.usage);
  addShared(attributes, step, plan);
  return attributes;
}

/** Who, under which policy, from where: what decision and outcome both say, as far as it is known. */
function addShared(attributes: GovernedAttributes, step: StepAttempt, plan: CheckPlan): void {
  const { run, identity, policy, facts } = step;
  if (run.parentId !== undefined) attributes['spanledger.run.parent_id'] = run.parentId;
  if (run.workflow !== undefined) attributes['gen_ai.workflow.name'] = run.workflow;
  if (step.visit !== 1) attributes['spanledger.step.visit'] = step.visit;
  if (step.tenant !== undefined) attributes['spanledger.tenant.id'] = step.tenant;
  if (identity !== undefined) {
    attributes['spanledger.identity.subject'] = identity.subject;
    attributes['spanledger.identity.method'] = identity.method;
    const { delegation = NONE } = identity;
    if (delegation.length > 0) attributes['spanledger.identity.delegation'] = delegation as string[];
  }
  if (policy !== undefined) {
    attributes['spanledger.policy.id'] = policy.id;
    attributes['spanledger.policy.version'] = policy.version;
    if (policy.rule !== undefined) attributes['spanledger.policy.rule'] = policy.rule;
  }
  if (facts.taintLabels.length > 0) attributes['spanledger.taint.labels'] = facts.taintLabels as string[];
  if (facts.sensitiveKinds.length > 0) attributes['spanledger.sensitive.kinds'] = facts.sensitiveKinds as string[];
  if (step.complianceProfile !== undefined) attributes['spanledger.compliance.profile'] = step.complianceProfile;
  if (step.slaTargetMs !== undefined) attributes['spanledger.sla.target_ms'] = step.slaTargetMs;
  if (step.blockAt !== -1) addBlock(attributes, step, plan);
  addNames(attributes, step);
}

function addBlock(attributes: GovernedAttributes, step: StepAttempt, plan: CheckPlan): void {
  attributes['spanledger.block.check'] = plan.names[step.blockAt];
  attributes['spanledger.block.reason'] = blockReasonOf(step);
  if (step.blockRule !== undefined) attributes['spanledger.block.rule'] = step.blockRule;
}

/** Names of the agent, the tool, the conversation and the user, and the edges that led here. */
function addNames(attributes: GovernedAttributes, { run, node, input }: StepAttempt): void {
  const agent = node.agent ?? (node.kind === 'agent' ? node.id : undefined);
  if (agent !== undefined) attributes['gen_ai.agent.name'] = agent;
  if (input.tool !== undefined) {
    attributes['gen_ai.tool.name'] = input.tool.name;
    if (input.tool.id !== undefined) attributes['gen_ai.tool.call.id'] = input.tool.id;
  }
  const conversation = input.conversationId ?? run.conversationId;
  if (conversation !== undefined) attributes['gen_ai.conversation.id'] = conversation;
  if (input.userId !== undefined) attributes['user.id'] = input.userId;
  if (input.from !== undefined && input.from.length > 0) {
    attributes['spanledger.edge.from'] = input.from as string[];
    attributes['spanledger.edge.outcome'] = input.edgeOutcome ?? 'ok';
  }
}

function addUsage(attributes: GovernedAttributes, usage: StepUsage): void {
  if (usage.model !== undefined) attributes['gen_ai.request.model'] = usage.model;
  if (usage.provider !== undefined) attributes['gen_ai.provider.name'] = usage.provider;
  if (usage.inputTokens !== undefined) attributes['gen_ai.usage.input_tokens'] = usage.inputTokens;
  if (usage.outputTokens !== undefined) attributes['gen_ai.usage.output_tokens'] = usage.outputTokens;
  if (usage.costUsd !== undefined) {
    attributes['spanledger.cost.usd'] = usage.costUsd;
    attributes['spanledger.cost.source'] = usage.costSource;
  }
  if (usage.carbonGrams !== undefined) {
    attributes['spanledger.carbon.gco2e'] = usage.carbonGrams;
    attributes['spanledger.carbon.method'] = usage.carbonMethod;
  }
}

/** What an event of a step carries besides its own attributes: the names, so that it is found with its step. */
export function eventAttributes(step: StepAttempt, reason: string, detail: string | undefined): GovernedAttributes {
  return {
    'spanledger.run.id': step.run.id,
    'spanledger.step.id': step.stepId,
    'spanledger.step.index': step.names.index,
    'spanledger.step.attempt': unlessOne(step.attempt),
    'spanledger.step.visit': unlessOne(step.visit),
    'spanledger.node.id': step.node.id,
    'spanledger.tenant.id': step.tenant,
    'spanledger.event.reason': detail === undefined ? reason : `${reason}: ${detail}`,
    'gen_ai.workflow.name': step.run.workflow,
  };
}

/** What an event of a run carries. */
export function runAttributes(run: RunState, tenant: string | undefined): GovernedAttributes {
  return {
    'spanledger.run.id': run.id,
    'spanledger.run.parent_id': run.parentId,
    'spanledger.tenant.id': tenant,
    'gen_ai.workflow.name': run.workflow,
    'gen_ai.conversation.id': run.conversationId,
  };
}

/** Reasons of the checks that neither passed nor were skipped, in order; the convention lets the others be left out. */
function reasonsOf(step: StepAttempt, count: number): string[] | undefined {
  const told = step.reasons.slice(0, count).filter((_reason, place) => isTold(step.outcomes[place]));
  return told.length === 0 ? undefined : told;
}

function isTold(outcome: CheckOutcome | undefined): boolean {
  return outcome !== 'pass' && outcome !== 'skip';
}

function unlessOne(count: number): number | undefined {
  return count === 1 ? undefined : count;
}

/** Kind of a node; one that calls a tool is a tool. */
export function kindOf({ node, input }: StepNames): string {
  return node.kind ?? (input.tool === undefined ? 'native' : 'tool');
}

/** Why a step was blocked, as it is recorded. */
export function blockReasonOf(step: StepAttempt): string {
  const reason = step.reasons[step.blockAt] ?? '';
  return step.blockDetail === undefined ? reason : `${reason}: ${step.blockDetail}`;
}

/** What is left of a budget, without the noise of binary fractions. */
export function remainingUsd({ limitUsd, spentUsd }: { readonly limitUsd: number; readonly spentUsd: number }): number {
  return Math.round((limitUsd - spentUsd) * 1e9) / 1e9;
}

function errorTypeOf(step: StepAttempt, failure: string): string {
  if (failure !== 'node_exception') return failure;
  const { error } = step;
  // Many classes of errors leave the name as it is.
  return error === undefined || error.name === 'Error' ? (error?.constructor.name ?? 'Error') : error.name;
}
