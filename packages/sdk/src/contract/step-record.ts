import type { CheckOutcome, StepStatus, Verdict } from '@spanledger/semconv';
import type { RiskTier } from './step-facts.ts';

/** What one check said, as it is recorded. */
export interface RecordedCheck {
  readonly name: string;
  readonly outcome: CheckOutcome;
  readonly reason: string;
  /** Microseconds. */
  readonly durationUs: number;
}

/** The record of one attempt of a step: the same values that its span carries. What nobody said is `undefined`. */
export interface StepRecord {
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly visit: number;
  readonly stepIndex: number;
  readonly nodeId: string;
  readonly nodeKind: string;
  readonly verdict: Verdict;
  readonly status: StepStatus;
  readonly blocked: boolean;
  readonly blockCheck: string | undefined;
  readonly blockReason: string | undefined;
  readonly blockRule: string | undefined;
  readonly checks: readonly RecordedCheck[];
  /** ISO-8601 in UTC. */
  readonly startTime: string;
  /** End of the step, ISO-8601 in UTC. */
  readonly timestamp: string;
  readonly durationMs: number;
  readonly tenantId: string | undefined;
  readonly identitySubject: string | undefined;
  readonly identityMethod: string | undefined;
  readonly policyId: string | undefined;
  readonly policyVersion: string | undefined;
  readonly policyRule: string | undefined;
  /** What the policy was asked, as JSON without content; see `replayDecision`. */
  readonly policyRequest: string | undefined;
  readonly complianceProfile: string | undefined;
  readonly riskTier: RiskTier;
  readonly taintLabels: readonly string[];
  readonly sensitiveKinds: readonly string[];
  readonly budgetLimitUsd: number | undefined;
  readonly budgetSpentUsd: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly tokensUsed: number | undefined;
  readonly costUsd: number | undefined;
  readonly carbonGrams: number | undefined;
  readonly confidence: number | undefined;
  readonly slaTargetMs: number | undefined;
  readonly slaMet: boolean | undefined;
  /** HMAC-SHA-256, 64 hex digits. */
  readonly inputDigest: string;
  readonly outputDigest: string | undefined;
  readonly chainProducer: string;
  readonly chainSeq: number;
  readonly traceId: string;
  readonly spanId: string;
}
