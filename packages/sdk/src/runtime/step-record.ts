import type { StepUsage } from '../contract/step-context.ts';
import type { StepRecord } from '../contract/step-record.ts';
import type { CheckPlan } from './check-plan.ts';
import type { StepAttempt } from './step-attempt.ts';
import { blockReasonOf, kindOf } from './step-attributes.ts';

/** The record of an attempt that is over. */
export function recordOf(step: StepAttempt, plan: CheckPlan): StepRecord {
  const { budget, facts, usage } = step;
  const isBlocked = step.blockAt !== -1;
  const spanContext = step.span.spanContext();
  return {
    runId: step.run.id,
    stepId: step.stepId,
    attempt: step.attempt,
    visit: step.visit,
    stepIndex: step.names.index,
    nodeId: step.node.id,
    nodeKind: kindOf(step.names),
    verdict: step.verdict,
    status: step.status,
    blocked: step.status === 'blocked',
    blockCheck: isBlocked ? plan.names[step.blockAt] : undefined,
    blockReason: isBlocked ? blockReasonOf(step) : undefined,
    blockRule: step.blockRule,
    checks: plan.names.map((name, place) => ({
      name,
      outcome: step.outcomes[place] ?? 'skip',
      reason: step.reasons[place] ?? '',
      durationUs: step.durationsUs[place] ?? 0,
    })),
    startTime: new Date(step.startedMs).toISOString(),
    timestamp: new Date(step.startedMs + step.durationMs).toISOString(),
    durationMs: step.durationMs,
    tenantId: step.tenant,
    identitySubject: step.identity?.subject,
    identityMethod: step.identity?.method,
    policyId: step.policy?.id,
    policyVersion: step.policy?.version,
    policyRule: step.policy?.rule,
    policyRequest: step.policy?.request,
    complianceProfile: step.complianceProfile,
    riskTier: facts.riskTier,
    taintLabels: facts.taintLabels,
    sensitiveKinds: facts.sensitiveKinds,
    budgetLimitUsd: budget?.limitUsd,
    budgetSpentUsd: budget?.spentUsd,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    tokensUsed: tokensOf(usage),
    costUsd: usage?.costUsd,
    carbonGrams: usage?.carbonGrams,
    confidence: step.output?.confidence,
    slaTargetMs: step.slaTargetMs,
    slaMet: step.slaMet,
    inputDigest: step.inputDigest,
    outputDigest: step.outputDigest,
    chainProducer: step.run.producer,
    chainSeq: step.sequence,
    traceId: spanContext.traceId,
    spanId: spanContext.spanId,
  };
}

/** Input and output tokens together; `undefined` when neither is known. */
export function tokensOf(usage: StepUsage | undefined): number | undefined {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return undefined;
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}
