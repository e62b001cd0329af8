import type { CheckOutcome } from '@spanledger/semconv';
import type { GovernedAttributes } from '../telemetry/attribute-names.ts';
import type { CheckPlan } from './check-plan.ts';
import type { RunState } from './run-state.ts';
import type { StepAttempt, StepNames } from './step-attempt.ts';

/** What the span of an attempt has from its start, so that samplers and span processors know it for a governed one. */
export function startAttributes({ run, stepId, node }: StepNames, attempt: number): GovernedAttributes {
  return {
    'spanledger.run.id': run.id,
    'spanledger.step.id': stepId,
    'spanledger.step.attempt': unlessOne(attempt),
    'spanledger.node.id': node.id,
  };
}

/** What is known once the checks before execution have decided. The decision record carries it, and the outcome's span too. */
export function decisionAttributes(step: StepAttempt, plan: CheckPlan): GovernedAttributes {
  const { run, node, input, identity, policy, budget, facts } = step;
  const before = plan.executionPlace;
  return {
    'spanledger.run.id': run.id,
    'spanledger.run.parent_id': run.parentId,
    'spanledger.step.id': step.stepId,
    'spanledger.step.index': step.names.index,
    'spanledger.step.attempt': unlessOne(step.attempt),
    'spanledger.step.visit': unlessOne(step.visit),
    'spanledger.node.id': node.id,
    'spanledger.node.kind': kindOf(step.names),
    'spanledger.verdict': step.verdict,
    'spanledger.checks.name': plan.namesBefore as string[],
    'spanledger.checks.outcome': step.outcomes.slice(0, before),
    'spanledger.checks.reason': step.isSmooth ? undefined : reasonsOf(step, before),
    'spanledger.block.check': step.blockAt === -1 ? undefined : plan.names[step.blockAt],
    'spanledger.block.reason': step.blockAt === -1 ? undefined : blockReasonOf(step),
    'spanledger.block.rule': step.blockRule,
    'spanledger.identity.subject': identity?.subject,
    'spanledger.identity.method': identity?.method,
    'spanledger.identity.delegation': identity?.delegation === undefined ? undefined : unlessEmpty(identity.delegation),
    'spanledger.tenant.id': step.tenant,
    'spanledger.policy.id': policy?.id,
    'spanledger.policy.version': policy?.version,
    'spanledger.policy.rule': policy?.rule,
    'spanledger.policy.request': policy?.request,
    'spanledger.budget.limit_usd': budget?.limitUsd,
    'spanledger.budget.spent_usd': budget?.spentUsd,
    'spanledger.risk.tier': facts.riskTier,
    'spanledger.taint.labels': unlessEmpty(facts.taintLabels),
    'spanledger.sensitive.kinds': unlessEmpty(facts.sensitiveKinds),
    'spanledger.compliance.profile': step.complianceProfile,
    'spanledger.sla.target_ms': step.slaTargetMs,
    'spanledger.input.digest': step.inputDigest,
    'spanledger.edge.from': input.from === undefined ? undefined : unlessEmpty(input.from),
    'spanledger.edge.outcome': input.from === undefined ? undefined : (input.edgeOutcome ?? 'ok'),
    'gen_ai.workflow.name': run.workflow,
    'gen_ai.agent.name': agentOf(step.names),
    'gen_ai.tool.name': input.tool?.name,
    'gen_ai.tool.call.id': input.tool?.id,
    'gen_ai.conversation.id': input.conversationId ?? run.conversationId,
    'user.id': input.userId,
  };
}

/** All that is recorded of an attempt, for its span. What the span has from its start is not repeated. */
export function outcomeAttributes(step: StepAttempt, plan: CheckPlan): GovernedAttributes {
  const { run, input, identity, policy, budget, facts, output, usage } = step;
  return {
    'spanledger.run.parent_id': run.parentId,
    'spanledger.step.index': step.names.index,
    'spanledger.step.visit': unlessOne(step.visit),
    'spanledger.node.kind': kindOf(step.names),
    'spanledger.verdict': step.verdict,
    'spanledger.status': step.status,
    'spanledger.checks.name': plan.names as string[],
    'spanledger.checks.outcome': step.outcomes,
    'spanledger.checks.reason': step.isSmooth ? undefined : reasonsOf(step, step.reasons.length),
    'spanledger.checks.duration_us': step.durationsUs,
    'spanledger.block.check': step.blockAt === -1 ? undefined : plan.names[step.blockAt],
    'spanledger.block.reason': step.blockAt === -1 ? undefined : blockReasonOf(step),
    'spanledger.block.rule': step.blockRule,
    'spanledger.identity.subject': identity?.subject,
    'spanledger.identity.method': identity?.method,
    'spanledger.identity.delegation': identity?.delegation === undefined ? undefined : unlessEmpty(identity.delegation),
    'spanledger.tenant.id': step.tenant,
    'spanledger.policy.id': policy?.id,
    'spanledger.policy.version': policy?.version,
    'spanledger.policy.rule': policy?.rule,
    'spanledger.budget.limit_usd': budget?.limitUsd,
    'spanledger.budget.spent_usd': budget?.spentUsd,
    'spanledger.budget.remaining_usd': budget === undefined ? undefined : remainingUsd(budget),
    'spanledger.risk.tier': facts.riskTier,
    'spanledger.taint.labels': unlessEmpty(facts.taintLabels),
    'spanledger.sensitive.kinds': unlessEmpty(facts.sensitiveKinds),
    'spanledger.compliance.profile': step.complianceProfile,
    'spanledger.confidence': output?.confidence,
    'spanledger.cost.usd': usage?.costUsd,
    'spanledger.cost.source': usage?.costSource,
    'spanledger.carbon.gco2e': usage?.carbonGrams,
    'spanledger.carbon.method': usage?.carbonMethod,
    'spanledger.sla.target_ms': step.slaTargetMs,
    'spanledger.sla.met': step.slaMet,
    'spanledger.input.digest': step.inputDigest,
    'spanledger.output.digest': step.outputDigest,
    'spanledger.edge.from': input.from === undefined ? undefined : unlessEmpty(input.from),
    'spanledger.edge.outcome': input.from === undefined ? undefined : (input.edgeOutcome ?? 'ok'),
    'spanledger.chain.producer': run.producer,
    'spanledger.chain.seq': step.sequence,
    'gen_ai.workflow.name': run.workflow,
    'gen_ai.agent.name': agentOf(step.names),
    'gen_ai.tool.name': input.tool?.name,
    'gen_ai.tool.call.id': input.tool?.id,
    'gen_ai.conversation.id': input.conversationId ?? run.conversationId,
    'gen_ai.request.model': usage?.model,
    'gen_ai.provider.name': usage?.provider,
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'error.type': errorTypeOf(step),
    'user.id': input.userId,
  };
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

// What is the default is not said, nor the reasons where all checks passed or had nothing to do: each attribute costs OpenTelemetry 0.1 us, and the collector 20 bytes.

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

function unlessEmpty(texts: readonly string[]): string[] | undefined {
  return texts.length === 0 ? undefined : (texts as string[]);
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

function agentOf({ node }: StepNames): string | undefined {
  return node.agent ?? (node.kind === 'agent' ? node.id : undefined);
}

function errorTypeOf(step: StepAttempt): string | undefined {
  if (step.failure === undefined) return undefined;
  if (step.failure !== 'node_exception') return step.failure;
  const { error } = step;
  // Many classes of errors leave the name as it is.
  return error === undefined || error.name === 'Error' ? (error?.constructor.name ?? 'Error') : error.name;
}
